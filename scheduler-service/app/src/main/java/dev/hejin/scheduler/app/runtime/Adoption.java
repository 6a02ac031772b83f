package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.observe.LogFields;
import dev.hejin.scheduler.app.observe.Meters;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.plan.Payback;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.Locale;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Whether a new plan replaces the one in force: always when that one has lost devices, otherwise
 * when it reaches less than the deployment's gain threshold of what the new one would and the
 * change pays. On the loop only.
 */
final class Adoption {
  private static final Logger LOG = Logger.getLogger(Adoption.class);

  private final Payback.Terms terms;
  private final Committer committer;
  private final Calibrator calibrator;
  private final UsableDevices devices;
  private final Consumer<String> adopted;

  /**
   * @param adopted told of each deployment that has a new plan
   */
  Adoption(
      SchedulerConfig.Rebalance settings,
      Committer committer,
      Calibrator calibrator,
      UsableDevices devices,
      Consumer<String> adopted) {
    this.terms =
        new Payback.Terms(
            settings.paybackHorizon().toMillis() / 1e3,
            settings.loadBytesPerSecond(),
            settings.disturbance());
    this.committer = committer;
    this.calibrator = calibrator;
    this.devices = devices;
    this.adopted = adopted;
  }

  /** Whether the plan in force cannot stay: it has lost devices, or there is none. */
  boolean isNeeded(DeploymentEntry entry) {
    return !devices.missing(entry).isEmpty() || entry.targetPlan().isEmpty();
  }

  /** Commits a plan when it is better, or must be, or the one in force has lost devices. */
  SchedulerRuntime.RebalanceAnswer adoptIfBetter(
      DeploymentEntry entry,
      Motive motive,
      PlanRequest request,
      long poolRevision,
      Plan plan,
      double planningSeconds) {
    String figures = String.format(Locale.ROOT, "planned in %.0f ms", planningSeconds * 1e3);
    if (!isNeeded(entry)) {
      double now =
          Evaluation.of(request, entry.targetPlan().orElseThrow().placement()).tokensPerSecond();
      double then = plan.prediction().tokensPerSecond();
      Meters.weighed(now > 0 ? then / now : 1);
      figures =
          String.format(
              Locale.ROOT, "predicted %.0f instead of %.0f tokens/s, %s", then, now, figures);
      if (!motive.must() && entry.blockedReason().isEmpty()) {
        if (now >= then * entry.spec().gainThreshold()) {
          return kept(entry, "the plan in force is good enough: " + figures);
        }
        Payback payback = Moves.payback(terms, entry, now, plan);
        if (!payback.isWorthwhile()) {
          return kept(entry, "the change does not pay: " + payback + "; " + figures);
        }
      }
    }
    return adopt(entry, motive, request, poolRevision, plan, motive.reason() + "; " + figures);
  }

  private SchedulerRuntime.RebalanceAnswer kept(DeploymentEntry entry, String reason) {
    Meters.planned(Meters.Planned.KEPT);
    return unchanged(entry, reason);
  }

  /** The answer that the plan in force stays. */
  SchedulerRuntime.RebalanceAnswer unchanged(DeploymentEntry entry, String reason) {
    return new SchedulerRuntime.RebalanceAnswer(
        false, reason, entry.epoch(), committer.state().revision());
  }

  private SchedulerRuntime.RebalanceAnswer adopt(
      DeploymentEntry entry,
      Motive motive,
      PlanRequest request,
      long poolRevision,
      Plan plan,
      String reason) {
    String name = entry.spec().name();
    committer.commit(
        new Command.AdoptPlan(
            name,
            Moves.proposal(
                entry.spec(),
                entry.targetPlan().orElse(null),
                plan,
                request.load(),
                poolRevision,
                reason)),
        motive.requestId());
    calibrator.adopted(name, request.pool());
    adopted.accept(name);
    long epoch = entry.epoch() + 1;
    try (LogFields fields = LogFields.deployment(name, epoch)) {
      LOG.infof("deployment %s: epoch %d adopted: %s", name, epoch, reason);
    }
    return new SchedulerRuntime.RebalanceAnswer(true, reason, epoch, committer.state().revision());
  }
}
