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

  private final Committer committer;
  private final PlannerWorker planner;
  private final ControlLoop loop;
  private final PlanRequests requests;
  private final Replanning replanning;
  private final Adoption adoption;
  private final Follow follow;

  /** Deployments of which a repair is being made. */
  private final TreeSet<String> repairing = new TreeSet<>();

  /**
   * What else has to be done.
   *
   * @param poolChanged plans that lost devices are looked at again
   * @param devices devices and watchers follow, whatever is being planned
   */
  record Follow(Runnable poolChanged, Runnable devices) {}

  Repairs(
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop,
      PlanRequests requests,
      Replanning replanning,
      Adoption adoption,
      Follow follow) {
    this.committer = committer;
    this.planner = planner;
    this.loop = loop;
    this.requests = requests;
    this.replanning = replanning;
    this.adoption = adoption;
    this.follow = follow;
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
    PlanRequest request = requests.of(entry);
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
      follow.poolChanged().run();
      return false;
    }
    if (plan.isEmpty() || !(plan.get().result() instanceof PlanResult.Feasible feasible)) {
      follow.devices().run();
      var unused = replanning.reconsider(name, new Motive(reason, true));
      return false;
    }
    var unused =
        adoption.adoptIfBetter(
            entry,
            new Motive(reason + "; stages that lost devices are repaired", true),
            request,
            revision,
            feasible.plan(),
            plan.get().seconds());
    return true;
  }
}
