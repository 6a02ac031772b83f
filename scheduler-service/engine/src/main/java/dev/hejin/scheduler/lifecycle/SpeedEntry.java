package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

/**
 * A device's speed relative to others of its type.
 *
 * @param factor 1 when it does what they do
 * @param evidence what was seen
 */
public record SpeedEntry(double factor, String evidence) {
  public SpeedEntry {
    requireNonNull(evidence, "evidence");
  }
}
