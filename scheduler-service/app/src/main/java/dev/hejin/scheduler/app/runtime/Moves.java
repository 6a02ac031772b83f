package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceTarget;
import dev.hejin.scheduler.plan.MigrationEstimate;
import dev.hejin.scheduler.plan.MigrationTarget;
import dev.hejin.scheduler.plan.Payback;
import dev.hejin.scheduler.plan.Plan;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a change of plan costs in bytes. */
final class Moves {
  private Moves() {}

  static MigrationEstimate between(DeploymentSpec spec, @Nullable Plan from, Plan to) {
    MemoryModel memory = new MemoryModel(spec.model(), spec.workload());
    Placement old = from == null ? new Placement(List.of()) : from.placement();
    return MigrationEstimate.between(old, to.placement(), memory::shardBytes);
  }

  /** Most bytes that one device has to load. */
  static long busiestDeviceBytes(DeploymentSpec spec, Plan from, Plan to) {
    MemoryModel memory = new MemoryModel(spec.model(), spec.workload());
    MigrationTarget held = MigrationTarget.of(from.placement());
    long most = 0;
    for (DeviceTarget device : MigrationTarget.of(to.placement()).devices().values()) {
      NavigableSet<Shard> there = shards(held, device.deviceId());
      long bytes =
          device.shards().stream()
              .filter(shard -> !there.contains(shard))
              .mapToLong(memory::shardBytes)
              .sum();
      most = Math.max(most, bytes);
    }
    return most;
  }

  private static NavigableSet<Shard> shards(MigrationTarget target, String deviceId) {
    DeviceTarget device = target.devices().get(deviceId);
    return device == null ? new TreeSet<>() : device.shards();
  }

  static Command.PlanProposal proposal(
      DeploymentSpec spec,
      @Nullable Plan from,
      Plan to,
      ExpertLoad load,
      long poolRevision,
      String reason) {
    MigrationEstimate estimate = between(spec, from, to);
    return new Command.PlanProposal(
        to, load, poolRevision, reason, estimate.loadBytes(), estimate.loadShards());
  }

  /** Whether a plan earns what the change to it costs; {@code now} is today's tokens a second. */
  static Payback payback(Payback.Terms terms, DeploymentEntry entry, double now, Plan next) {
    Plan old = entry.targetPlan().orElseThrow();
    return Payback.of(
        terms,
        now,
        next.prediction().tokensPerSecond(),
        old.prediction().stepSeconds(),
        busiestDeviceBytes(entry.spec(), old, next));
  }
}
