package dev.hejin.lab.control;

import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.scheduler.detect.SpeedJudge;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares what devices report with what their peers come to, and believes speeds that changed. */
final class SpeedWatch {
  /** What devices of usual speed take is predicted anew this often: peers share its errors. */
  private static final double USUAL_SECONDS = 60;

  private final SpeedJudge judge;
  private final Planning planning;
  private final PoolBelief belief;
  private final TruePool truth;
  private final ControlLog log;

  /** What devices of usual speed were last predicted to take, when, and under which plan. */
  private NavigableMap<String, Double> usual = new TreeMap<>();

  private double usualAtSeconds;
  private @Nullable Plan usualPlan;

  SpeedWatch(
      double tolerance, Planning planning, PoolBelief belief, TruePool truth, ControlLog log) {
    this.judge = new SpeedJudge(tolerance);
    this.planning = planning;
    this.belief = belief;
    this.truth = truth;
    this.log = log;
  }

  void look(
      double now, Telemetry telemetry, List<StagePhysics> stages, Plan plan, ExpertLoad seen) {
    if (usualPlan != plan || now - usualAtSeconds >= USUAL_SECONDS) {
      usual = usual(telemetry, stages.size(), plan, seen);
      usualPlan = plan;
      usualAtSeconds = now;
    }
    List<SpeedJudge.Sample> samples = new ArrayList<>();
    TreeMap<String, String> types = new TreeMap<>();
    belief.nominal().devices().forEach(device -> types.put(device.id(), device.type()));
    telemetry
        .deviceSeconds(stages, truth.ids())
        .forEach(
            (id, seconds) -> {
              Double predicted = usual.get(id);
              String type = types.get(id);
              if (predicted != null && type != null) {
                samples.add(
                    new SpeedJudge.Sample(
                        id, type, Math.round(now * 1e3), seconds, predicted, belief.speed(id)));
              }
            });
    for (SpeedJudge.Judgement judgement : judge.judge(samples)) {
      belief.believe(judgement.deviceId(), judgement.factor());
      log.event(
          now,
          "plan",
          String.format(
              Locale.ROOT,
              "%s runs at %.2f of its peers",
              judgement.deviceId(),
              judgement.factor()));
    }
  }

  /** With the batch and the context that the window had. */
  private NavigableMap<String, Double> usual(
      Telemetry telemetry, int stages, Plan plan, ExpertLoad seen) {
    double tokens = telemetry.work().tokens();
    double pairs = telemetry.work().decodeAttended + telemetry.work().promptAttended;
    int batch = (int) Math.max(1, Math.rint(tokens * Math.max(1, stages)));
    int context = (int) Math.max(1, pairs / Math.max(1, tokens));
    PlanRequest of = planning.request(belief.nominal(), seen, null);
    PlanRequest nominal =
        new PlanRequest(
            of.model(), of.pool(), new Workload(batch, context), of.load(), of.options(), null);
    return Evaluation.of(nominal, plan.placement()).deviceSeconds();
  }
}
