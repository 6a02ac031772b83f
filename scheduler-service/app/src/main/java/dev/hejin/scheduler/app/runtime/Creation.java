package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.ViewCodec;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** New deployments: planned, then committed with their plan, again when the pool has changed. */
final class Creation {
  private static final int TRIES = 3;

  private final Committer committer;
  private final PlannerWorker planner;
  private final ControlLoop loop;
  private final Calibrator calibrator;
  private final Consumer<String> created;

  /**
   * @param created told on the loop of each new deployment
   */
  Creation(
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop,
      Calibrator calibrator,
      Consumer<String> created) {
    this.committer = committer;
    this.planner = planner;
    this.loop = loop;
    this.calibrator = calibrator;
    this.created = created;
  }

  /** Plans a new deployment and commits it with its plan. */
  CompletableFuture<Boolean> create(DeploymentSpec spec, String requestId) {
    return create(spec, requestId, TRIES);
  }

  private CompletableFuture<Boolean> create(DeploymentSpec spec, String requestId, int tries) {
    long revision = committer.state().poolRevision();
    PlanRequest request =
        new PlanRequest(
            spec.model(),
            calibrator.scaled(committer.state().poolFor(spec.name())),
            spec.workload(),
            spec.expectedLoad(),
            spec.options(),
            null);
    return planner
        .plan(request)
        .thenCompose(
            timed ->
                loop.begin(
                    () -> commitNew(spec, requestId, request, timed.result(), revision, tries)));
  }

  private CompletableFuture<Boolean> commitNew(
      DeploymentSpec spec,
      String requestId,
      PlanRequest request,
      PlanResult result,
      long poolRevision,
      int tries) {
    switch (result) {
      case PlanResult.Infeasible infeasible ->
          throw new RejectedException(
              Decision.Kind.PRECONDITION, "spec", ViewCodec.explain(infeasible));
      case PlanResult.Feasible feasible -> {
        try {
          committer.commit(
              new Command.CreateDeployment(
                  spec,
                  Moves.proposal(
                      spec, null, feasible.plan(), spec.expectedLoad(), poolRevision, "created")),
              requestId);
        } catch (RejectedException e) {
          if (e.kind() == Decision.Kind.STALE && tries > 1) {
            return create(spec, requestId, tries - 1);
          }
          throw e;
        }
        calibrator.adopted(spec.name(), request.pool());
        created.accept(spec.name());
        return CompletableFuture.completedFuture(true);
      }
    }
  }
}
