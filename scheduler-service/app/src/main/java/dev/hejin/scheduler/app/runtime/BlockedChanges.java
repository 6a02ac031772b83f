package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Replaces changes that full devices block: by one that keeps the stages of the plan that was
 * active, and when that is blocked too by that plan itself. On the loop only.
 */
final class BlockedChanges {
  private final SchedulerConfig.Rebalance settings;
  private final Committer committer;
  private final UsableDevices devices;
  private final PlanRequests requests;
  private final Replanning replanning;
  private final ToLongFunction<String> blockedMillis;
  private final Runnable onChange;

  /**
   * @param blockedMillis how long full devices have kept a deployment from its target, milliseconds
   * @param onChange told when a deployment went back to its plan before
   */
  BlockedChanges(
      SchedulerConfig.Rebalance settings,
      Committer committer,
      UsableDevices devices,
      PlanRequests requests,
      Replanning replanning,
      ToLongFunction<String> blockedMillis,
      Runnable onChange) {
    this.settings = settings;
    this.committer = committer;
    this.devices = devices;
    this.requests = requests;
    this.replanning = replanning;
    this.blockedMillis = blockedMillis;
    this.onChange = onChange;
  }

  void replace() {
    for (DeploymentEntry entry : List.copyOf(committer.state().deployments().values())) {
      String name = entry.spec().name();
      if (entry.fallback() == null
          || entry.deleting()
          || replanning.isPlanning(name)
          || blockedMillis.applyAsLong(name) < settings.blockedPatience().toMillis()
          || !devices.missing(entry).isEmpty()) {
        continue;
      }
      String reason = "full devices block the change to epoch " + entry.epoch();
      if (requests.isUnblocking(entry)) {
        committer.commit(new Command.RollBackMigration(name, reason, 0, 0));
        onChange.run();
      } else {
        requests.startBefore(entry);
        var unused = replanning.reconsider(name, new Motive(reason, true));
      }
    }
  }
}
