package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.ViewCodec;
import dev.hejin.scheduler.app.observe.LogFields;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Plans deployments again, each one plan at a time, and has the outcome weighed. On the loop. */
final class Replanning {
  private static final Logger LOG = Logger.getLogger(Replanning.class);

  private final Committer committer;
  private final PlannerWorker planner;
  private final ControlLoop loop;
  private final PlanRequests requests;
  private final Adoption adoption;

  /** Plans that are being made; their outcome. */
  private final TreeMap<String, CompletableFuture<SchedulerRuntime.RebalanceAnswer>> planning =
      new TreeMap<>();

  /** Pool revision that each deployment's plan was last compared with. */
  private final TreeMap<String, Long> considered = new TreeMap<>();

  Replanning(
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop,
      PlanRequests requests,
      Adoption adoption) {
    this.committer = committer;
    this.planner = planner;
    this.loop = loop;
    this.requests = requests;
    this.adoption = adoption;
  }

  private ClusterState state() {
    return committer.state();
  }

  /** Whether a plan for the deployment is being made. */
  boolean isPlanning(String name) {
    return planning.containsKey(name);
  }

  /** Pool revision that the deployment's plan was last compared with; -1: none yet. */
  long considered(String name) {
    return considered.getOrDefault(name, -1L);
  }

  /** The deployment was planned on the pool as it is now. */
  void consider(String name) {
    considered.put(name, state().poolRevision());
  }

  /** Plans again and adopts the result when it is better, or always when it must. */
  CompletableFuture<SchedulerRuntime.RebalanceAnswer> reconsider(String name, Motive motive) {
    CompletableFuture<SchedulerRuntime.RebalanceAnswer> running = planning.get(name);
    if (running != null) {
      // The plan on its way may be from an older snapshot: plan once more when it is done.
      return running
          .handle((answer, failure) -> true)
          .thenCompose(done -> loop.begin(() -> reconsider(name, motive)));
    }
    DeploymentEntry entry = state().deployments().get(name);
    if (entry == null) {
      return CompletableFuture.failedFuture(gone(name));
    }
    CompletableFuture<SchedulerRuntime.RebalanceAnswer> outcome =
        planOnce(entry, motive)
            .whenComplete(
                (answer, failure) -> {
                  if (failure != null) {
                    loop.post(() -> considered.remove(name));
                    LOG.warnf("no new plan for %s: %s", name, failure.getMessage());
                  }
                });
    if (!outcome.isDone()) {
      planning.put(name, outcome);
    }
    return outcome;
  }

  private static RejectedException gone(String name) {
    return new RejectedException(
        Decision.Kind.NOT_FOUND, "name", "deployment '" + name + "' is gone");
  }

  private CompletableFuture<SchedulerRuntime.RebalanceAnswer> planOnce(
      DeploymentEntry entry, Motive motive) {
    String name = entry.spec().name();
    long revision = state().poolRevision();
    consider(name);
    PlanRequest request = requests.of(entry);
    return planner
        .plan(request)
        .handle(Made::new)
        .thenCompose(
            made ->
                loop.call(
                    () -> {
                      planning.remove(name);
                      if (made.timed() == null) {
                        throw new CompletionException(made.failure());
                      }
                      return decide(name, motive, request, revision, made.timed());
                    }));
  }

  /** What became of the planner's work: one of the two is null. */
  private record Made(PlannerWorker.@Nullable Timed timed, @Nullable Throwable failure) {}

  private SchedulerRuntime.RebalanceAnswer decide(
      String name,
      Motive motive,
      PlanRequest request,
      long poolRevision,
      PlannerWorker.Timed timed) {
    DeploymentEntry entry = state().deployments().get(name);
    if (entry == null || entry.deleting()) {
      throw gone(name);
    }
    return switch (timed.result()) {
      case PlanResult.Infeasible infeasible -> {
        String why = ViewCodec.explain(infeasible);
        if (adoption.isNeeded(entry)) {
          committer.commit(new Command.BlockDeployment(name, motive.reason() + "; " + why));
          try (LogFields fields = LogFields.deployment(name, entry.epoch())) {
            LOG.warnf("deployment %s is blocked: %s; %s", name, motive.reason(), why);
          }
        }
        yield adoption.unchanged(entry, "no plan fits: " + why);
      }
      case PlanResult.Feasible feasible ->
          adoption.adoptIfBetter(
              entry, motive, request, poolRevision, feasible.plan(), timed.seconds());
    };
  }
}
