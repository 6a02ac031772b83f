package dev.hejin.lab.control;

import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Migration;
import dev.hejin.scheduler.plan.MigrationLimits;
import dev.hejin.scheduler.plan.MigrationTarget;
import dev.hejin.scheduler.plan.MigrationView;
import dev.hejin.scheduler.plan.Plan;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Leads devices to one plan by the engine's own migration rules. */
final class MigrationRun {
  /** Passes over all devices in one step; routes and releases need no time here. */
  private static final int PASSES = 8;

  private final Plan plan;
  private final MigrationTarget target;
  private final ToLongFunction<Shard> shardBytes;
  private final TreeMap<String, Long> limits = new TreeMap<>();
  private boolean isRunning;

  MigrationRun(Plan plan, ToLongFunction<Shard> shardBytes) {
    this.plan = plan;
    this.target = MigrationTarget.of(plan.placement());
    this.shardBytes = shardBytes;
    plan.memory().forEach(memory -> limits.put(memory.deviceId(), memory.shardLimitBytes()));
  }

  Plan plan() {
    return plan;
  }

  MigrationTarget target() {
    return target;
  }

  boolean isRunning() {
    return isRunning;
  }

  void begin() {
    isRunning = true;
  }

  void end() {
    isRunning = false;
  }

  MigrationView view(Holdings holdings, Collection<String> usable) {
    return new MigrationView(
        target, holdings.views(usable, limits), MigrationLimits.DEFAULT, shardBytes);
  }

  /**
   * Does what can be done now; tells whether a route changed.
   *
   * @param isUnserved whether some experts are nowhere, so that an interruption costs nothing
   */
  boolean step(Holdings holdings, Collection<String> usable, boolean isUnserved) {
    boolean changed = false;
    for (int pass = 0; pass < PASSES; pass++) {
      MigrationView view = view(holdings, usable);
      List<DeviceAction> actions = Migration.next(view);
      if (actions.isEmpty() && isUnserved && Migration.isBlocked(view)) {
        actions =
            Migration.next(
                new MigrationView(
                    target, view.devices(), view.limits().withInterruption(true), shardBytes));
      }
      if (actions.isEmpty()) {
        isRunning = view.isInFlight() || !Migration.isComplete(view);
        break;
      }
      changed |= holdings.apply(actions);
    }
    return changed;
  }

  /** Tokens of cache that the fullest device has room for, were it to take all of its memory. */
  long cacheTokens(ModelSpec model) {
    TreeMap<String, DeviceMemory> memories = new TreeMap<>();
    plan.memory().forEach(memory -> memories.put(memory.deviceId(), memory));
    double least = Long.MAX_VALUE;
    for (StagePlacement stage : plan.placement().stages()) {
      double bytesPerToken = 0;
      for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
        bytesPerToken +=
            model.layers().get(layer).attention().kvElementsPerToken()
                * model.kvPrecision().bytesPerWeight();
      }
      for (int d = 0; d < stage.deviceIds().size(); d++) {
        DeviceMemory memory = memories.get(stage.deviceIds().get(d));
        double share = stage.tokenShares().get(d);
        if (memory != null && share * bytesPerToken > 0) {
          double room =
              memory.capacityBytes()
                  - memory.weightBytes()
                  - memory.workspaceBytes()
                  - memory.headroomBytes();
          least = Math.min(least, room / (share * bytesPerToken));
        }
      }
    }
    return (long) least;
  }
}
