package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

/**
 * The scheduler that writes the log.
 *
 * @param address {@code HOST:PORT} at which others reach it
 * @param term counts up from 1 with each election
 */
public record LeaderEntry(String address, long term) {
  public LeaderEntry {
    requireNonNull(address, "address");
  }
}
