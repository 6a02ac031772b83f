package dev.hejin.catalog.deployment;

/**
 * How many copies of experts a plan may hold.
 *
 * @param redundantPerStage copies beyond one each, per layer of a stage
 * @param maxSlotsPerDevice most experts of one layer on a device; {@link #NO_LIMIT} for none
 */
public record ExpertOptions(int redundantPerStage, int maxSlotsPerDevice) {

  /** Only memory limits the slots of a device. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  /** Checks the range. */
  public ExpertOptions {
    if (redundantPerStage < 0 || maxSlotsPerDevice < 1) {
      throw new IllegalArgumentException(
          "redundantPerStage is %d and maxSlotsPerDevice is %d.%nMaybe use 0 and NO_LIMIT."
              .formatted(redundantPerStage, maxSlotsPerDevice));
    }
  }
}
