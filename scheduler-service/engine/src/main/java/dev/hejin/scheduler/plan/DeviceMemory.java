package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

/**
 * Memory that a plan gives one device, in bytes.
 *
 * @param deviceId the device
 * @param capacityBytes of the device
 * @param weightBytes shards of the plan
 * @param kvCacheBytes cache of the sequences that this device's attention serves
 * @param workspaceBytes activations, buffers of the collective library, runtime, fragmentation
 * @param headroomBytes kept free of the plan so that a migration can load before it releases
 */
public record DeviceMemory(
    String deviceId,
    long capacityBytes,
    long weightBytes,
    long kvCacheBytes,
    long workspaceBytes,
    long headroomBytes) {
  public DeviceMemory {
    requireNonNull(deviceId, "deviceId");
  }

  /** The same on another device. */
  public DeviceMemory of(String otherId, long itsCapacityBytes) {
    return new DeviceMemory(
        otherId, itsCapacityBytes, weightBytes, kvCacheBytes, workspaceBytes, headroomBytes);
  }

  /** What the plan uses; never above {@code capacityBytes - headroomBytes}. */
  public long usedBytes() {
    return weightBytes + kvCacheBytes + workspaceBytes;
  }

  /** What shards may take on this device, migration headroom included. */
  public long shardLimitBytes() {
    return capacityBytes - kvCacheBytes - workspaceBytes;
  }
}
