package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.PlanEntry;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the planner is asked for a deployment that is there already. On the loop only. */
final class PlanRequests {
  private final Committer committer;
  private final Observer observer;
  private final Calibrator calibrator;

  /** Epoch that is made because full devices block the one before, by deployment. */
  private final TreeMap<String, Long> unblocking = new TreeMap<>();

  PlanRequests(Committer committer, Observer observer, Calibrator calibrator) {
    this.committer = committer;
    this.observer = observer;
    this.calibrator = calibrator;
  }

  /** What to plan with what was observed of the deployment and of its devices. */
  PlanRequest of(DeploymentEntry entry) {
    String name = entry.spec().name();
    return of(entry, seen(entry), calibrator.scaled(committer.state().poolFor(name)));
  }

  /** The same with another load and pool. */
  PlanRequest of(DeploymentEntry entry, ExpertLoad load, Pool pool) {
    return new PlanRequest(
        entry.spec().model(),
        pool,
        entry.spec().workload(),
        load,
        entry.spec().options().withKeepStages(true),
        inForce(entry));
  }

  /** The load that was observed, or else the one that was planned for. */
  ExpertLoad seen(DeploymentEntry entry) {
    return observer.load(entry.spec().name()).orElse(entry.load());
  }

  /** Full devices block the change to the plan in force: the next one starts from that before. */
  void startBefore(DeploymentEntry entry) {
    unblocking.put(entry.spec().name(), entry.epoch() + 1);
  }

  /** Whether the plan in force was itself made because full devices blocked the one before. */
  boolean isUnblocking(DeploymentEntry entry) {
    return unblocking.getOrDefault(entry.spec().name(), -1L) == entry.epoch();
  }

  /** What devices hold, as far as plans tell: where a change is blocked, still the one before. */
  private @Nullable Placement inForce(DeploymentEntry entry) {
    PlanEntry back = entry.fallback();
    long unblocked = unblocking.getOrDefault(entry.spec().name(), -1L);
    if (back != null && unblocked == entry.epoch() + 1) {
      return back.plan().placement();
    }
    return entry.targetPlan().map(Plan::placement).orElse(null);
  }
}
