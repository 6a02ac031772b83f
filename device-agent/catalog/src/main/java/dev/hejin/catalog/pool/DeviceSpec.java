package dev.hejin.catalog.pool;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.chip.ChipFacts;

/**
 * One device of a pool.
 *
 * @param id node name and index, such as {@code h20-0/3}
 * @param facts the figures of the device, the operator's in place of the catalogue's
 * @param trueSpeed speed of the simulated device, 1.0 for what its figures say; hidden from the
 *     scheduler
 */
public record DeviceSpec(String id, ChipFacts facts, double trueSpeed) {

  /** Checks the speed. */
  public DeviceSpec {
    requireNonNull(id);
    requireNonNull(facts);
    if (!(trueSpeed > 0 && Double.isFinite(trueSpeed))) {
      throw new IllegalArgumentException(
          "The speed of %s is %s.%nMaybe kill the node instead of a speed of 0."
              .formatted(id, trueSpeed));
    }
  }
}
