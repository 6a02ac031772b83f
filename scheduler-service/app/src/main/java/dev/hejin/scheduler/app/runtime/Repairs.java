package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import java.util.Optional;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** Plans that lost devices and go on without them before a new plan is made. On the loop only. */
final class Repairs {
  private static final Logger LOG = Logger.getLogger(Repairs.class);

  private final Rebalancer rebalancer;
  private final Committer committer;
  private final PlannerWorker planner;
  private final ControlLoop loop;

  /** Deployments of which a repair is being made. */
  private final TreeSet<String> repairing = new TreeSet<>();

  Repairs(Rebalancer rebalancer, Committer committer, PlannerWorker planner, ControlLoop loop) {
    this.rebalancer = rebalancer;
    this.committer = committer;
    this.planner = planner;
    this.loop = loop;
  }

  /** Whether a plan without lost devices is on its way and will be there in a moment. */
  boolean isRepairing(String deployment) {
    return repairing.contains(deployment);
  }

  /**
   * Replaces the stages that lost devices. The pool's news stay to be considered: what is quick is
   * not the best.
   */
  void repair(DeploymentEntry entry, Plan before, String reason) {
    String name = entry.spec().name();
    long revision = committer.state().poolRevision();
    repairing.add(name);
    PlanRequest request = rebalancer.request(entry);
    var unused =
        planner
            .repair(request, before)
            .handle((plan, failure) -> plan == null ? Optional.<PlannerWorker.Timed>empty() : plan)
            .thenCompose(plan -> loop.call(() -> repaired(name, reason, request, revision, plan)))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warnf("no repair of %s: %s", name, failure.getMessage());
                  }
                });
  }

  private boolean repaired(
      String name,
      String reason,
      PlanRequest request,
      long revision,
      Optional<PlannerWorker.Timed> plan) {
    repairing.remove(name);
    DeploymentEntry entry = committer.state().deployments().get(name);
    if (entry == null || entry.deleting()) {
      return false;
    }
    if (revision != committer.state().poolRevision()) {
      rebalancer.poolChanged();
      return false;
    }
    if (plan.isEmpty() || !(plan.get().result() instanceof PlanResult.Feasible feasible)) {
      rebalancer.follow();
      var unused = rebalancer.reconsider(name, reason, true);
      return false;
    }
    var unused =
        rebalancer.adoptIfBetter(
            entry,
            new Rebalancer.Motive(reason + "; stages that lost devices are repaired", true, ""),
            request,
            revision,
            feasible.plan(),
            plan.get().seconds());
    return true;
  }
}
