package dev.hejin.scheduler.plan;

/**
 * How fast a migration may go and how far.
 *
 * @param shardsInFlightPerDevice most shards that one device loads at a time
 * @param bytesInFlightPerDevice most bytes that one device loads at a time; a larger shard goes
 *     alone
 * @param layersInFlight layers whose replicas may move at a time; lost experts come on top
 * @param allowInterruption whether, as the last resort of a change that memory blocks, experts may
 *     lose their last replica until the target has loaded them; right where nothing is served
 *     anyway
 */
public record MigrationLimits(
    int shardsInFlightPerDevice,
    long bytesInFlightPerDevice,
    int layersInFlight,
    boolean allowInterruption) {
  /** 16 shards or 8 GiB for each device, 4 layers, no interruption. */
  public static final MigrationLimits DEFAULT = new MigrationLimits(16, 8L << 30, 4, false);

  public MigrationLimits {
    if (shardsInFlightPerDevice < 1 || bytesInFlightPerDevice < 1 || layersInFlight < 1) {
      throw new IllegalArgumentException(
          "migration limits of "
              + shardsInFlightPerDevice
              + " shards, "
              + bytesInFlightPerDevice
              + " bytes and "
              + layersInFlight
              + " layers in flight"
              + "\nMaybe use MigrationLimits.DEFAULT; each is at least 1.");
    }
  }

  public MigrationLimits withInterruption(boolean allow) {
    return new MigrationLimits(
        shardsInFlightPerDevice, bytesInFlightPerDevice, layersInFlight, allow);
  }
}
