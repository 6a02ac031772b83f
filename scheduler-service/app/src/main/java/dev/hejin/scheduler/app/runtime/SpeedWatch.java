package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.observe.LogFields;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.detect.SpeedJudge;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Compares what devices report with what their peers come to, and commits speeds that changed. */
final class SpeedWatch {
  private static final Logger LOG = Logger.getLogger(SpeedWatch.class);

  private final SchedulerConfig.Rebalance settings;
  private final Committer committer;
  private final Observer observer;
  private final Calibrator calibrator;
  private final SpeedJudge judge;

  SpeedWatch(
      SchedulerConfig.Rebalance settings,
      Committer committer,
      Observer observer,
      Calibrator calibrator) {
    this.settings = settings;
    this.committer = committer;
    this.observer = observer;
    this.calibrator = calibrator;
    this.judge = new SpeedJudge(settings.speedTolerance());
  }

  private ClusterState state() {
    return committer.state();
  }

  /** Looks at the newest windows of a deployment whose devices all serve it. */
  void judge(DeploymentEntry entry) {
    Optional<Map<String, DeviceWindow>> windows = observer.complete(entry);
    Optional<Plan> plan = entry.targetPlan();
    if (windows.isEmpty() || plan.isEmpty()) {
      return;
    }
    ExpertLoad seen = observer.load(entry.spec().name()).orElse(entry.load());
    Pool pool = state().usablePool();
    Evaluation nominal =
        Evaluation.of(
            new PlanRequest(
                entry.spec().model(),
                new Pool(pool.nodes(), Map.of()),
                entry.spec().workload(),
                seen,
                entry.spec().options(),
                null),
            plan.get().placement());
    // Routes that an epoch left alone keep the number of an older one: time tells, not the epoch.
    long settledMillis = entry.epochs().getLast().activeMillis() + settings.window().toMillis();
    List<SpeedJudge.Sample> samples =
        calibrator.observe(
            entry.spec().name(), pool, windows.get(), nominal, settledMillis, this::speed);
    for (SpeedJudge.Judgement judgement : judge.judge(samples)) {
      committer.commit(
          new Command.ObserveSpeed(judgement.deviceId(), judgement.factor(), judgement.evidence()));
      try (LogFields fields = LogFields.device(judgement.deviceId())) {
        LOG.infof(
            "device %s runs at %.2f of its peers: %s",
            judgement.deviceId(), judgement.factor(), judgement.evidence());
      }
    }
  }

  private double speed(String deviceId) {
    SpeedEntry entry = state().speeds().get(deviceId);
    return entry == null ? 1.0 : entry.factor();
  }
}
