package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.detect.ChangeGate;
import dev.hejin.scheduler.detect.LoadDrift;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Has a deployment planned again when what was observed lets its plan reach less than it was made
 * for, and when the pool or the calibration has news. On the loop only.
 */
final class DriftWatch {
  private final Committer committer;
  private final Calibrator calibrator;
  private final PlanRequests requests;
  private final Replanning replanning;
  private final TreeMap<String, ChangeGate> gates = new TreeMap<>();

  DriftWatch(
      Committer committer, Calibrator calibrator, PlanRequests requests, Replanning replanning) {
    this.committer = committer;
    this.calibrator = calibrator;
    this.requests = requests;
    this.replanning = replanning;
  }

  /** A new plan is judged from the beginning. */
  void adopted(String deployment) {
    gates.remove(deployment);
  }

  void consider(DeploymentEntry entry) {
    String name = entry.spec().name();
    Plan plan = entry.targetPlan().orElseThrow();
    ExpertLoad seen = requests.seen(entry);
    // What the promise was made with is what it is held to.
    Pool planned = calibrator.asPlanned(name, committer.state().poolFor(name));
    double now =
        Evaluation.of(requests.of(entry, seen, planned), plan.placement()).tokensPerSecond();
    double promised = plan.prediction().tokensPerSecond();
    if (!calibrator.made(name)) {
      Pool usual = new Pool(planned.nodes(), Map.of());
      PlanRequest then = requests.of(entry, entry.load(), usual);
      promised = Math.min(promised, Evaluation.of(then, plan.placement()).tokensPerSecond());
    }
    ChangeGate gate = gates.computeIfAbsent(name, n -> new ChangeGate());
    if (gate.opens(now, promised, entry.spec().gainThreshold())) {
      reconsider(
          name,
          String.format(
              Locale.ROOT,
              "observed load and speeds let the plan reach %.0f of the %.0f tokens/s it was made"
                  + " for (load drift %.3f%s)",
              now,
              promised,
              seen.distance(entry.load()),
              LoadDrift.between(entry.load(), seen).map(d -> ": " + d).orElse("")));
    } else if (replanning.considered(name) < committer.state().poolRevision()) {
      reconsider(name, "the pool changed");
    } else if (calibrator.takeNews(name)) {
      reconsider(name, "telemetry corrects predicted times");
    }
  }

  private void reconsider(String name, String reason) {
    var unused = replanning.reconsider(name, new Motive(reason, false));
  }
}
