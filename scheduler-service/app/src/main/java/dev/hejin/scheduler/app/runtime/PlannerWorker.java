package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.observe.Meters;
import dev.hejin.scheduler.app.observe.Traces;
import dev.hejin.scheduler.app.port.PlanAnswer;
import dev.hejin.scheduler.app.port.PlanQuestion;
import dev.hejin.scheduler.app.port.SharedService;
import dev.hejin.scheduler.app.port.SharingAnswer;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Explanation;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.planner.PlanExplainer;
import dev.hejin.scheduler.planner.PlanRepair;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import dev.hejin.scheduler.planner.PoolSharing;
import dev.hejin.scheduler.planner.ServiceGoal;
import dev.hejin.scheduler.planner.ServicePlanner;
import dev.hejin.scheduler.planner.StepBudget;
import dev.hejin.scheduler.planner.TensorFallback;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Plans beside the control loop: snapshot in, result out, one at a time. Questions have a thread of
 * their own, so that no deployment waits for an explanation.
 */
final class PlannerWorker implements AutoCloseable {
  private final Planner planner = new Planner();
  private final ExecutorService executor;
  private final ExecutorService repairs;
  private final ExecutorService questions;
  private final AtomicInteger repairsBegun = new AtomicInteger();
  private volatile boolean stopped;

  PlannerWorker(Workers workers) {
    this.executor = workers.one("hejin-planner");
    this.repairs = workers.one("hejin-repairs");
    this.questions = workers.one("hejin-questions");
  }

  /** A result and the time that it took. */
  record Timed(PlanResult result, double seconds) {}

  CompletableFuture<Timed> plan(PlanRequest request) {
    return inTurn(() -> solve(request));
  }

  /** A joint plan and the time that it took. */
  record TimedService(ServicePlanner.Result result, double seconds) {}

  /** One pipeline or several, to be deployed. */
  CompletableFuture<TimedService> plan(PlanRequest request, ServiceGoal goal) {
    return inTurn(() -> solve(request, goal));
  }

  private <T> CompletableFuture<T> inTurn(Supplier<T> solve) {
    CompletableFuture<T> timed = new CompletableFuture<>();
    executor.execute(
        Traces.carried(
            () -> {
              try {
                timed.complete(Traces.within("plan", solve));
              } catch (RuntimeException e) {
                timed.completeExceptionally(e);
              }
            }));
    return timed;
  }

  private static TimedService solve(PlanRequest request, ServiceGoal goal) {
    long start = System.nanoTime();
    ServicePlanner.Result result = new ServicePlanner().plan(request, goal, StepBudget.unlimited());
    double seconds = (System.nanoTime() - start) / 1e9;
    Meters.solved(seconds, result instanceof ServicePlanner.Result.Feasible);
    return new TimedService(result, seconds);
  }

  private Timed solve(PlanRequest request) {
    long start = System.nanoTime();
    PlanResult result = planner.plan(request);
    double seconds = (System.nanoTime() - start) / 1e9;
    Meters.solved(seconds, result instanceof PlanResult.Feasible);
    return new Timed(result, seconds);
  }

  /**
   * Goes on from a plan that has lost devices, beside plans that are being made; empty: plan anew.
   */
  CompletableFuture<Optional<Timed>> repair(PlanRequest request, Plan before) {
    repairsBegun.incrementAndGet();
    return CompletableFuture.supplyAsync(
        () -> {
          long start = System.nanoTime();
          return PlanRepair.repair(request, before)
              .map(
                  plan ->
                      new Timed(new PlanResult.Feasible(plan), (System.nanoTime() - start) / 1e9));
        },
        repairs);
  }

  /** Makes repairs for nothing but practice, one after the other, until a real one comes. */
  void rehearse(List<PlanRequest> losses, Plan before) {
    int begun = repairsBegun.get();
    var unused =
        Thread.ofPlatform()
            .name("hejin-rehearsal")
            .daemon(true)
            .priority(Thread.MIN_PRIORITY)
            .start(
                () -> {
                  for (PlanRequest loss : losses) {
                    if (stopped || repairsBegun.get() != begun) {
                      return;
                    }
                    var unusedPlan = PlanRepair.repair(loss, before);
                  }
                });
  }

  /** Several services on one pool. */
  CompletableFuture<SharingAnswer> share(List<SharedService> services, Pool pool, long revision) {
    return CompletableFuture.supplyAsync(
        () -> {
          long start = System.nanoTime();
          List<PoolSharing.Tenant> tenants =
              services.stream().map(service -> tenant(service, pool)).toList();
          var results = PoolSharing.plan(pool, tenants, StepBudget.unlimited());
          return new SharingAnswer(services, results, revision, (System.nanoTime() - start) / 1e9);
        },
        questions);
  }

  private static PoolSharing.Tenant tenant(SharedService service, Pool pool) {
    DeploymentSpec spec = service.spec();
    return new PoolSharing.Tenant(
        spec.name(),
        service.priority(),
        new PlanRequest(
            spec.model(), pool, spec.workload(), spec.expectedLoad(), spec.options(), null),
        service.goal());
  }

  /** One pipeline or several, and why. */
  CompletableFuture<PlanAnswer> answer(
      PlanRequest request, PlanQuestion question, ModelSpec model, long revision) {
    return CompletableFuture.supplyAsync(
        () -> {
          long start = System.nanoTime();
          PlanResult result = null;
          ServicePlan service = null;
          PlanRequest explained = request;
          if (question.severalPipelines()) {
            explained =
                request
                    .anewOn(question.completed().apply(request.pool()))
                    .with(request.options().withExpertsApart(question.expertsApart()));
            switch (several(explained, question)) {
              case ServicePlanner.Result.Feasible feasible -> service = feasible.plan();
              case ServicePlanner.Result.Infeasible infeasible -> result = infeasible.why();
            }
            boolean divided =
                service != null
                    && service.pipelines().stream().anyMatch(Pipeline::isTensorParallel);
            boolean apart =
                service != null && service.pipelines().stream().anyMatch(Pipeline::isApart);
            boolean plain = question.goal().equals(ServiceGoal.DEFAULT) && !divided && !apart;
            if (divided) {
              explained = divided(explained, question);
            }
            if (service != null && service.pipelines().size() == 1 && plain) {
              result = new PlanResult.Feasible(service.pipelines().getFirst().plan());
            }
          } else {
            result = planner.plan(request);
            if (question.explain() && result instanceof PlanResult.Feasible feasible) {
              service = ServicePlanner.service(request, feasible.plan());
            }
          }
          Explanation explanation =
              question.explain() && service != null
                  ? PlanExplainer.explain(explained, service, question.goal())
                  : null;
          double seconds = (System.nanoTime() - start) / 1e9;
          Meters.solved(seconds, service != null || result instanceof PlanResult.Feasible);
          return new PlanAnswer(
              model, request.pool(), result, service, explanation, revision, seconds);
        },
        questions);
  }

  private static ServicePlanner.Result several(PlanRequest request, PlanQuestion question) {
    StepBudget budget = StepBudget.unlimited();
    return question.mostTensorParallel() == 0
        ? TensorFallback.plan(request, question.goal(), budget)
        : new ServicePlanner().plan(divided(request, question), question.goal(), budget);
  }

  /** The request with as many devices that divide layers as the answer may have. */
  private static PlanRequest divided(PlanRequest request, PlanQuestion question) {
    int most = question.mostTensorParallel();
    return request.with(
        request.options().withMostTensorParallel(most == 0 ? TensorFallback.MOST : most));
  }

  @Override
  public void close() {
    stopped = true;
    executor.shutdownNow();
    repairs.shutdownNow();
    questions.shutdownNow();
  }
}
