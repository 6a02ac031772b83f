package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.ViewCodec;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.ServiceView;
import dev.hejin.scheduler.app.port.ServiceWish;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.PlanEntry;
import dev.hejin.scheduler.lifecycle.ServiceMember;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.MigrationEstimate;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.ServiceGoal;
import dev.hejin.scheduler.planner.ServicePlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Services of several pipelines: planned jointly, created in one transaction as a deployment for
 * each pipeline. What is ordered of a service is ordered of each of them. On the loop only.
 */
final class Services {
  private static final Logger LOG = Logger.getLogger(Services.class);
  private static final int TRIES = 3;

  private final Committer committer;
  private final PlannerWorker planner;
  private final ControlLoop loop;
  private final Calibrator calibrator;
  private final Views views;
  private final Consumer<String> created;

  /**
   * @param created told of each new deployment
   */
  Services(
      Committer committer,
      PlannerWorker planner,
      ControlLoop loop,
      Calibrator calibrator,
      Views views,
      Consumer<String> created) {
    this.committer = committer;
    this.planner = planner;
    this.loop = loop;
    this.calibrator = calibrator;
    this.views = views;
    this.created = created;
  }

  private ClusterState state() {
    return committer.state();
  }

  /** Plans a service and commits all its pipelines, again when the pool has changed. */
  CompletableFuture<ServiceView> create(ServiceWish wish, String requestId) {
    String name = wish.spec().name();
    if (state().request(requestId).isPresent()) {
      return CompletableFuture.completedFuture(view(name, null));
    }
    if (wish.goal().roles() != ServiceGoal.Roles.TOGETHER) {
      throw new RejectedException(
          Decision.Kind.INVALID,
          "goal.roles",
          "roles "
              + wish.goal().roles()
              + " can be planned, not deployed: agents hand no cache over"
              + "\nMaybe leave the roles together.");
    }
    try {
      ServiceMember.checkService(name);
    } catch (IllegalArgumentException e) {
      throw new RejectedException(
          Decision.Kind.INVALID, "spec.name", String.valueOf(e.getMessage()));
    }
    if (state().deployment(name).isPresent() || !state().pipelines(name).isEmpty()) {
      throw new RejectedException(
          Decision.Kind.EXISTS,
          "spec.name",
          "'" + name + "' exists\nMaybe delete it first, or use another name.");
    }
    return create(wish, requestId, TRIES);
  }

  private CompletableFuture<ServiceView> create(ServiceWish wish, String requestId, int tries) {
    long revision = state().poolRevision();
    DeploymentSpec spec = wish.spec();
    Pool pool = calibrator.scaled(state().poolFor(spec.name()));
    PlanRequest request =
        new PlanRequest(
            spec.model(),
            wish.completed().apply(pool),
            spec.workload(),
            spec.expectedLoad(),
            spec.options(),
            null);
    return planner
        .plan(request, wish.goal())
        .thenCompose(
            timed -> loop.begin(() -> commit(wish, requestId, pool, timed, revision, tries)));
  }

  private CompletableFuture<ServiceView> commit(
      ServiceWish wish,
      String requestId,
      Pool pool,
      PlannerWorker.TimedService timed,
      long poolRevision,
      int tries) {
    switch (timed.result()) {
      case ServicePlanner.Result.Infeasible infeasible ->
          throw new RejectedException(
              Decision.Kind.PRECONDITION, "spec", ViewCodec.explain(infeasible.why()));
      case ServicePlanner.Result.Feasible feasible -> {
        String name = wish.spec().name();
        List<Command> pipelines =
            pipelines(wish.spec(), feasible.plan(), poolRevision, timed.seconds());
        try {
          committer.commit(new Command.Together(name, pipelines), requestId);
        } catch (RejectedException e) {
          if (e.kind() == Decision.Kind.STALE && tries > 1) {
            return create(wish, requestId, tries - 1);
          }
          throw e;
        }
        for (DeploymentEntry entry : state().pipelines(name)) {
          calibrator.adopted(entry.spec().name(), pool);
          created.accept(entry.spec().name());
        }
        LOG.infof("service %s: %d pipelines created", name, pipelines.size());
        return CompletableFuture.completedFuture(view(name, feasible.plan()));
      }
    }
  }

  private static List<Command> pipelines(
      DeploymentSpec service, ServicePlan plan, long poolRevision, double seconds) {
    List<Command> commands = new ArrayList<>();
    for (Pipeline pipeline : plan.pipelines()) {
      Plan own = assuming(pipeline.plan(), plan.assumptions());
      List<String> devices =
          own.placement().stages().stream().flatMap(stage -> stage.deviceIds().stream()).toList();
      DeploymentSpec spec = service.pipeline(commands.size(), pipeline.workload(), devices);
      String reason =
          String.format(
              Locale.ROOT,
              "created as pipeline %d of %d of %s, planned in %.0f ms",
              commands.size(),
              plan.pipelines().size(),
              service.name(),
              seconds * 1e3);
      commands.add(
          new Command.CreateDeployment(
              spec, Moves.proposal(spec, null, own, spec.expectedLoad(), poolRevision, reason)));
    }
    return commands;
  }

  /** What was assumed for all pipelines was assumed for each. */
  private static Plan assuming(Plan plan, List<String> assumptions) {
    return new Plan(
        plan.placement(),
        plan.memory(),
        plan.prediction(),
        plan.refusals(),
        assumptions,
        plan.policy());
  }

  private ServiceView view(String name, @Nullable ServicePlan plan) {
    return new ServiceView(views.pipelines(name), plan, state().revision());
  }

  /** Names of the deployments that a name means: itself, or a service's pipelines. */
  List<String> deployments(String name) {
    List<DeploymentEntry> pipelines = state().pipelines(name);
    return state().deployment(name).isPresent() || pipelines.isEmpty()
        ? List.of(name)
        : pipelines.stream().map(entry -> entry.spec().name()).toList();
  }

  Command delete(String name) {
    return command(name, deployments(name), Command.DeleteDeployment::new);
  }

  Command pause(String name, String reason) {
    return command(
        name, deployments(name), pipeline -> new Command.PauseMigration(pipeline, reason));
  }

  Command resume(String name) {
    return command(name, deployments(name), Command.ResumeMigration::new);
  }

  /** Of a service those pipelines go back that have something to go back to. */
  Command rollBack(String name, String reason) {
    List<String> all = deployments(name);
    List<String> able =
        all.stream().filter(pipeline -> views.entry(pipeline).fallbackPlan().isPresent()).toList();
    return command(
        name, able.isEmpty() ? all : able, pipeline -> rollBack(views.entry(pipeline), reason));
  }

  private static Command rollBack(DeploymentEntry entry, String reason) {
    Optional<PlanEntry> back = entry.fallbackPlan();
    MigrationEstimate estimate =
        back.isEmpty() || entry.targetPlan().isEmpty()
            ? new MigrationEstimate(0, 0, 0, 0)
            : Moves.between(entry.spec(), entry.targetPlan().get(), back.get().plan());
    return new Command.RollBackMigration(
        entry.spec().name(), reason, estimate.loadBytes(), estimate.loadShards());
  }

  private static Command command(
      String name, List<String> deployments, Function<String, Command> of) {
    return deployments.equals(List.of(name))
        ? of.apply(name)
        : new Command.Together(name, deployments.stream().map(of).toList());
  }
}
