package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Shard;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * All that the next steps of a migration depend on.
 *
 * @param target where the deployment is to be
 * @param devices devices that are there now, sorted by id: those of the target and any other that
 *     holds something of the deployment
 * @param limits speed of the change
 * @param shardBytes size of a shard on a device
 */
public record MigrationView(
    MigrationTarget target,
    List<DeviceView> devices,
    MigrationLimits limits,
    ToLongFunction<Shard> shardBytes) {
  public MigrationView {
    requireNonNull(target, "target");
    devices = devices.stream().sorted(Comparator.comparing(DeviceView::deviceId)).toList();
    requireNonNull(limits, "limits");
    requireNonNull(shardBytes, "shardBytes");
  }

  /** Whether an answer of any device is awaited. */
  public boolean isInFlight() {
    return devices.stream().anyMatch(DeviceView::isInFlight);
  }
}
