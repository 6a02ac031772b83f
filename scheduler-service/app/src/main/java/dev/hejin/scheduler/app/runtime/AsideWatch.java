package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.detect.ConditionJudge;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes devices out of plans: those whose memory fails, and those that are so slow that a plan
 * without them does better than one that gives them less. A device that is set aside stays so until
 * its node is undrained: it shows no more what it can do. On the loop only.
 */
final class AsideWatch {
  private static final Logger LOG = Logger.getLogger(AsideWatch.class);

  private final SchedulerConfig.Rebalance settings;
  private final Committer committer;
  private final PlannerWorker planner;
  private final ControlLoop loop;
  private final Runnable onChange;
  private final ConditionJudge conditions = new ConditionJudge();

  /** Speed at which a device was last compared with its absence. */
  private final TreeMap<String, Double> compared = new TreeMap<>();

  private boolean comparing;

  AsideWatch(
      SchedulerConfig.Rebalance settings,
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop,
      Runnable onChange) {
    this.settings = settings;
    this.committer = committer;
    this.planner = planner;
    this.loop = loop;
    this.onChange = onChange;
  }

  /** Takes what drivers told. */
  void see(DeviceWindow window) {
    List<ConditionJudge.Finding> findings =
        conditions.judge(
            new ConditionJudge.Sample(
                window.deviceId(),
                window.windowEndMillis(),
                window.condition().memoryErrors(),
                window.condition().linkErrors(),
                window.condition().remarks()));
    for (ConditionJudge.Finding finding : findings) {
      LOG.warnf("device %s: %s", finding.deviceId(), finding.evidence());
      if (finding.isUnusable() && mayGo(finding.deviceId())) {
        setAside(finding.deviceId(), finding.evidence());
      }
    }
  }

  /** Compares the slowest device of a deployment with its absence, one at a time. */
  void consider(DeploymentEntry entry, Function<DeploymentEntry, PlanRequest> request) {
    if (comparing) {
      return;
    }
    String slowest = "";
    double factor = settings.asideBelow();
    for (String id :
        entry.stages().stream().flatMap(stage -> stage.deviceIds().stream()).toList()) {
      SpeedEntry speed = committer.state().speeds().get(id);
      if (speed != null
          && speed.factor() < factor
          && !Double.valueOf(speed.factor()).equals(compared.get(id))
          && mayGo(id)) {
        slowest = id;
        factor = speed.factor();
      }
    }
    if (!slowest.isEmpty()) {
      compared.put(slowest, factor);
      compare(slowest, factor, request.apply(entry));
    }
  }

  private void compare(String deviceId, double factor, PlanRequest with) {
    comparing = true;
    PlanRequest without =
        new PlanRequest(
            with.model(),
            with.pool().keeping(device -> !device.id().equals(deviceId)),
            with.workload(),
            with.load(),
            with.options(),
            with.inForce().orElse(null));
    String evidence =
        String.format(Locale.ROOT, "runs at %.2f of its peers: %s", factor, evidence(deviceId));
    var unused =
        planner
            .plan(with)
            .thenCombine(planner.plan(without), Compared::new)
            .whenComplete((both, failure) -> loop.post(() -> decide(deviceId, evidence, both)));
  }

  private record Compared(PlannerWorker.Timed with, PlannerWorker.Timed without) {}

  private void decide(String deviceId, String evidence, @Nullable Compared both) {
    comparing = false;
    if (both == null || !(both.without().result() instanceof PlanResult.Feasible without)) {
      return;
    }
    double then = without.plan().prediction().tokensPerSecond();
    double now =
        both.with().result() instanceof PlanResult.Feasible with
            ? with.plan().prediction().tokensPerSecond()
            : 0;
    if (then > now) {
      setAside(
          deviceId,
          String.format(
              Locale.ROOT, "%s; %.0f tokens/s without it, %.0f with it", evidence, then, now));
    }
  }

  private String evidence(String deviceId) {
    SpeedEntry speed = committer.state().speeds().get(deviceId);
    return speed == null ? "" : speed.evidence();
  }

  /** No more than a tenth of all devices, and never the last ones, are taken out unasked. */
  private boolean mayGo(String deviceId) {
    int aside = committer.state().setAside().size();
    int devices = committer.state().usablePool().devices().size();
    return !committer.state().setAside().containsKey(deviceId)
        && 10 * (aside + 1) <= devices + aside;
  }

  private void setAside(String deviceId, String evidence) {
    try {
      committer.commit(new Command.SetDeviceAside(deviceId, evidence));
    } catch (UnavailableException | RejectedException e) {
      LOG.warnf("device %s stays in plans: %s", deviceId, e.getMessage());
      return;
    }
    LOG.warnf("device %s is set aside: %s", deviceId, evidence);
    onChange.run();
  }

  /** Plans may use the node's devices again. */
  void restore(String nodeId) {
    for (String deviceId : List.copyOf(committer.state().setAside().keySet())) {
      if (Device.nodeOf(deviceId).equals(nodeId)) {
        committer.commit(new Command.RestoreDevice(deviceId, "node " + nodeId + " is undrained"));
        conditions.forget(deviceId);
        compared.remove(deviceId);
        LOG.infof("device %s is used again", deviceId);
      }
    }
  }
}
