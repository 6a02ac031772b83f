package dev.hejin.catalog.pool;

import static java.util.Objects.requireNonNull;

/**
 * What joins two collective libraries of a pool.
 *
 * @param library one of them
 * @param otherLibrary the other
 * @param latencySeconds until a transfer has started
 * @param bytesPerSecond that each device sends through it, one direction
 */
public record BridgeSpec(
    String library, String otherLibrary, double latencySeconds, double bytesPerSecond) {

  /** Checks that there are names. */
  public BridgeSpec {
    requireNonNull(library);
    requireNonNull(otherLibrary);
  }
}
