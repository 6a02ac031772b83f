package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.lifecycle.Decision.Accepted;
import dev.hejin.scheduler.lifecycle.Decision.Kind;
import dev.hejin.scheduler.lifecycle.Decision.Rejected;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Plan;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;

/** Decides on what is asked of a change that is on its way. */
final class MigrationCommands {
  private MigrationCommands() {}

  static Decision pause(ClusterState state, Command.PauseMigration c) {
    return hold(
        state, c.deployment(), new MigrationHold(MigrationHold.Mode.PAUSED, reason(c.reason())));
  }

  static Decision resume(ClusterState state, Command.ResumeMigration c) {
    return hold(state, c.deployment(), MigrationHold.NONE);
  }

  private static String reason(String given) {
    return given.isBlank() ? "asked for" : given;
  }

  private static Decision hold(ClusterState state, String name, MigrationHold hold) {
    DeploymentEntry d = state.deployments().get(name);
    if (d == null) {
      return CommandHandler.missing(name);
    }
    if (d.deleting()) {
      return deleting(name);
    }
    return d.hold().mode() == hold.mode()
        ? Accepted.of()
        : Accepted.of(new Event.MigrationModeChanged(name, hold));
  }

  static Decision rollBack(ClusterState state, Command.RollBackMigration c) {
    DeploymentEntry d = state.deployments().get(c.deployment());
    if (d == null) {
      return CommandHandler.missing(c.deployment());
    }
    if (d.deleting()) {
      return deleting(c.deployment());
    }
    PlanEntry back = d.fallback();
    if (back == null) {
      return new Rejected(
          Kind.PRECONDITION,
          "name",
          d.active()
              ? "epoch "
                  + d.epoch()
                  + " of '"
                  + c.deployment()
                  + "' is active already"
                  + "\nMaybe ./hejin rebalance "
                  + c.deployment()
                  + " --force plans anew."
              : "no plan of '"
                  + c.deployment()
                  + "' was active before epoch "
                  + d.epoch()
                  + "\nMaybe wait until it serves, or delete it.");
    }
    String obstacle = obstacle(state, c.deployment(), back.plan());
    if (!obstacle.isEmpty()) {
      return new Rejected(
          Kind.PRECONDITION,
          "name",
          "the plan before epoch "
              + d.epoch()
              + " "
              + obstacle
              + "\nMaybe ./hejin rebalance "
              + c.deployment()
              + ".");
    }
    String why = "epoch " + d.epoch() + " rolled back: " + reason(c.reason());
    return Accepted.of(
        new Event.PlanAdopted(
            c.deployment(),
            d.epoch() + 1,
            why,
            back.plan(),
            back.load(),
            c.movedBytes(),
            c.movedShards()),
        new Event.MigrationModeChanged(
            c.deployment(), new MigrationHold(MigrationHold.Mode.HELD, why)));
  }

  /** Why a plan of the past cannot be had now; empty when it can. */
  private static String obstacle(ClusterState state, String deployment, Plan plan) {
    Pool pool = state.usablePool();
    NavigableSet<String> siblings = PlanPool.ofSiblings(state, deployment);
    for (DeviceMemory memory : plan.memory()) {
      if (pool.device(memory.deviceId()).isEmpty()) {
        return "needs device " + memory.deviceId() + ", which cannot be used now";
      }
      if (siblings.contains(memory.deviceId())) {
        return "needs device " + memory.deviceId() + ", which another pipeline uses now";
      }
    }
    return lackOfMemory(state, deployment, plan);
  }

  /** What plans of other deployments leave too little of for this one; empty when it fits. */
  static String lackOfMemory(ClusterState state, String deployment, Plan plan) {
    Pool pool = state.usablePool();
    NavigableMap<String, Long> taken = PlanPool.takenByOthers(state, deployment);
    for (DeviceMemory memory : plan.memory()) {
      Optional<Device> device = pool.device(memory.deviceId());
      if (device.isEmpty()) {
        continue;
      }
      double left =
          device
              .flatMap(d -> d.withoutMemory(taken.getOrDefault(memory.deviceId(), 0L)))
              .map(d -> d.memoryBytes().value())
              .orElse(0.0);
      double needed = (double) memory.usedBytes() + memory.headroomBytes();
      if (needed > left) {
        return String.format(
            Locale.ROOT,
            "needs %.0f bytes on device %s, where other deployments leave %.0f",
            needed,
            memory.deviceId(),
            left);
      }
    }
    return "";
  }

  private static Rejected deleting(String name) {
    return new Rejected(Kind.PRECONDITION, "name", "deployment '" + name + "' is being deleted");
  }
}
