package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.model.Device;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;

/**
 * When to ask whether there is a better plan: after the pool changed, when load drifts, when a
 * device is slower than its peers. A plan that uses devices that are gone is replaced at once; any
 * other is looked at once a window, and not before the cooldown since the last activation is over.
 * {@link Replanning} plans, {@link Adoption} says whether the new plan is taken.
 */
final class Rebalancer {
  private final SchedulerConfig.Rebalance settings;
  private final Committer committer;
  private final Observer observer;
  private final UsableDevices devices;
  private final PlanRequests requests;
  private final Replanning replanning;
  private final SpeedWatch speeds;
  private final DriftWatch drift;
  private final BlockedChanges blocked;
  private final Creation creation;
  private final AsideWatch aside;
  private final Repairs repairs;
  private final Rehearsal rehearsal;
  private final Cooldown cooldown;
  private final Renewal renewal;
  private final Runnable onChange;

  private long judgedWindowMillis;

  Rebalancer(
      SchedulerConfig.Rebalance settings,
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop,
      Observer observer,
      Calibrator calibrator,
      ToLongFunction<String> blockedMillis,
      Runnable onChange) {
    this.settings = settings;
    this.committer = committer;
    this.observer = observer;
    this.onChange = onChange;
    this.devices = new UsableDevices(committer);
    this.requests = new PlanRequests(committer, observer, calibrator);
    Adoption adoption = new Adoption(settings, committer, calibrator, devices, this::adopted);
    this.replanning = new Replanning(committer, planner, loop, requests, adoption);
    this.speeds = new SpeedWatch(settings, committer, observer, calibrator);
    this.drift = new DriftWatch(committer, calibrator, requests, replanning);
    this.blocked =
        new BlockedChanges(
            settings, committer, devices, requests, replanning, blockedMillis, onChange);
    this.aside = new AsideWatch(settings, committer, planner, loop, this::asideChanged);
    this.repairs =
        new Repairs(
            committer,
            planner,
            loop,
            requests,
            replanning,
            adoption,
            new Repairs.Follow(this::poolChanged, onChange));
    this.cooldown = new Cooldown(settings.cooldown().toMillis(), committer);
    this.rehearsal = new Rehearsal(settings, devices, requests, planner);
    this.renewal = new Renewal(cooldown, committer, devices, replanning);
    this.creation = new Creation(committer, planner, loop, calibrator, this::created);
  }

  private void asideChanged() {
    poolChanged();
    onChange.run();
  }

  private void adopted(String deployment) {
    drift.adopted(deployment);
    onChange.run();
  }

  AsideWatch aside() {
    return aside;
  }

  Repairs repairs() {
    return repairs;
  }

  Replanning replanning() {
    return replanning;
  }

  /** A deployment was committed with its first plan. */
  void created(String deployment) {
    replanning.consider(deployment);
    onChange.run();
  }

  private ClusterState state() {
    return committer.state();
  }

  /** Plans a new deployment and commits it with its plan. */
  CompletableFuture<Boolean> create(DeploymentSpec spec, String requestId) {
    return creation.create(spec, requestId);
  }

  /** Devices came, went or changed speed: plans that lost devices are replaced now. */
  void poolChanged() {
    if (!committer.isAvailable()) {
      return;
    }
    for (DeploymentEntry entry : state().deployments().values()) {
      String name = entry.spec().name();
      if (!entry.deleting()
          && !repairs.isRepairing(name)
          && replanning.considered(name) != state().poolRevision()) {
        replaceIfLost(entry);
      }
    }
  }

  /** Plans again for a deployment that lost devices, or that had too few of them. */
  private void replaceIfLost(DeploymentEntry entry) {
    String name = entry.spec().name();
    List<String> gone = devices.missing(entry);
    boolean repairable = !gone.isEmpty() && devices.count() >= settings.repairFromDevices();
    if ((replanning.isPlanning(name) && !repairable)
        || (gone.isEmpty() && entry.blockedReason().isEmpty())) {
      return;
    }
    String reason = gone.isEmpty() ? "the pool changed" : lost(gone);
    if (repairable && entry.targetPlan().isPresent()) {
      repairs.repair(entry, entry.targetPlan().get(), reason);
    } else {
      var unused = replanning.reconsider(name, new Motive(reason, !gone.isEmpty()));
    }
  }

  private static String lost(List<String> deviceIds) {
    TreeSet<String> nodes = new TreeSet<>();
    deviceIds.forEach(device -> nodes.add(Device.nodeOf(device)));
    return "lost, failed or drained on " + String.join(", ", nodes);
  }

  /** Looks at the newest telemetry, once a window. */
  void tick(long nowMillis) {
    poolChanged();
    blocked.replace();
    for (DeploymentEntry entry : state().deployments().values()) {
      rehearsal.consider(entry);
      renewal.consider(entry, nowMillis);
    }
    if (observer.newestEndMillis() <= judgedWindowMillis) {
      return;
    }
    judgedWindowMillis = observer.newestEndMillis();
    for (DeploymentEntry entry : List.copyOf(state().deployments().values())) {
      if (!entry.spec().automatic() || entry.deleting() || !entry.active()) {
        continue;
      }
      speeds.judge(entry);
      if (!entry.hold().allowsAutomaticPlans()) {
        continue;
      }
      if (replanning.isPlanning(entry.spec().name())
          || cooldown.lasts(entry)
          || !devices.missing(entry).isEmpty()) {
        continue;
      }
      aside.consider(entry, requests::of);
      drift.consider(entry);
    }
  }
}
