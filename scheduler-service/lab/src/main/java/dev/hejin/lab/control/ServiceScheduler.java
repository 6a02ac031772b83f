package dev.hejin.lab.control;

import dev.hejin.agent.simulation.Chance;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.physics.WorldLaws;
import dev.hejin.lab.routing.LoadPath;
import dev.hejin.lab.scenario.Control;
import dev.hejin.lab.scenario.Service;
import dev.hejin.lab.serving.ServingEngine;
import dev.hejin.scheduler.detect.LoadDrift;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Plans one service and keeps it well placed, as the scheduler's rebalancer and reconciler do, on
 * virtual time: lost devices are replaced at once; load and speeds that telemetry shows lead to
 * another plan when the plan in force falls short and the change pays.
 */
public final class ServiceScheduler {
  /** Pools from this size on are repaired before they are planned anew. */
  private static final int REPAIR_FROM_DEVICES = 256;

  private final String service;
  private final Control control;
  private final ControlLog log;
  private final PoolBelief belief;
  private final Planning planning;
  private final ChangeRules rules;
  private final LoadWatch loads;
  private final SpeedWatch speeds;
  private final Holdings holdings;
  private final LiveService live;
  private final Changeover change;
  private double windowSeconds;
  private boolean poolNews;

  /** Whether no plan fits what is there. */
  private boolean isBlocked;

  /**
   * @param nodes that the service has
   * @throws TrialFailedException when there is no plan for the service
   */
  public ServiceScheduler(
      Service service,
      int index,
      ModelSpec model,
      List<NodeSpec> nodes,
      Control control,
      TruePool truth,
      WorldLaws laws,
      LoadPath loads,
      ServingEngine engine,
      ControlLog log,
      long seed) {
    this.service = service.name();
    this.control = control;
    this.log = log;
    this.belief =
        new PoolBelief(
            truth, nodes.stream().map(Nameplates::node).toList(), control.decisionSeconds());
    this.planning =
        new Planning(
            model,
            new Workload(service.serving().maxSequences(), service.serving().contextTokens()),
            control);
    this.rules = new ChangeRules(planning, model, control);
    this.loads =
        new LoadWatch(model, service.routing().textSpread(), Chance.of(seed, "telemetry", index));
    this.speeds = new SpeedWatch(control.speedTolerance(), planning, belief, truth, log);
    this.holdings = Holdings.of(truth, nodes, control, planning.memory()::shardBytes);
    this.live =
        new LiveService(
            model,
            truth,
            laws,
            loads,
            control.decisionSeconds(),
            holdings,
            engine,
            log,
            Chance.of(seed, "lost caches", index));
    ExpertLoad load = ExpertLoad.of(model, live.share());
    this.change =
        new Changeover(
            service.name(),
            live,
            holdings,
            planning.memory()::shardBytes,
            log,
            firstPlan(service.name(), planning, planning.request(belief.pool(), load, null)),
            load);
    this.windowSeconds = control.windowSeconds();
  }

  private static Plan firstPlan(String service, Planning planning, PlanRequest request) {
    return switch (planning.plan(request)) {
      case PlanResult.Feasible feasible -> feasible.plan();
      case PlanResult.Infeasible infeasible ->
          throw new TrialFailedException(
              "no plan fits "
                  + service
                  + ": "
                  + infeasible.reason()
                  + "; "
                  + infeasible.suggestion());
    };
  }

  /** Begins to serve. */
  public void start(double now) {
    change.start(now);
  }

  /** What is served at this moment. */
  public List<StagePhysics> stages() {
    return live.stages();
  }

  public double movedBytes() {
    return holdings.movedBytes();
  }

  /** Whether shards are on their way, so that steps are to be short. */
  public boolean isMoving() {
    return change.migration().isRunning();
  }

  /** The truth changed: devices fell away or came back, speeds or networks are others. */
  public void truthChanged(double now, boolean isLoss) {
    live.truthChanged(now, isLoss);
  }

  /** Lets loads go on for some time, and does what can be done then. */
  public void migrate(double now, double sinceSeconds) {
    change.advance(now, sinceSeconds, belief.usable());
  }

  /** One decision. */
  public void tick(double now) {
    live.drift(now, change.migration());
    List<String> unmissed = live.takeUnmissed(belief.usable());
    if (!unmissed.isEmpty()) {
      lost(now, unmissed);
    }
    PoolBelief.News news = belief.look(now);
    if (!news.lost().isEmpty()) {
      lost(now, news.lost());
    }
    if (!news.returned().isEmpty()) {
      returned(now, news.returned());
    }
    if (now >= windowSeconds) {
      windowSeconds = now + control.windowSeconds();
      window(now);
    }
  }

  private void lost(double now, List<String> devices) {
    log.event(
        now,
        "fault",
        "found out: "
            + devices.size()
            + " devices of "
            + service
            + " are lost, "
            + devices.getFirst()
            + " first");
    devices.forEach(holdings::forget);
    boolean used =
        change.plan().placement().stages().stream()
            .flatMap(stage -> stage.deviceIds().stream())
            .anyMatch(devices::contains);
    if (!used) {
      return;
    }
    live.serve(now, change.migration(), belief.usable());
    PlanRequest request = request();
    Optional<Plan> repaired = Optional.empty();
    if (belief.usable().size() >= REPAIR_FROM_DEVICES) {
      repaired = planning.repair(request, change.plan());
      poolNews = true;
    }
    if (repaired.isPresent()) {
      change.adopt(now, repaired.get(), request.load(), "stages that lost devices are repaired");
    } else {
      replan(now, "devices are lost", true);
    }
  }

  private void returned(double now, List<String> devices) {
    log.event(now, "recovery", devices.size() + " devices of " + service + " are back");
    devices.forEach(holdings::forget);
    poolNews = true;
    if (isBlocked) {
      replan(now, "devices are back", true);
    }
  }

  private ExpertLoad seen() {
    return loads.seen(change.plannedLoad());
  }

  /** What to plan with what was observed. */
  private PlanRequest request() {
    return planning.request(belief.pool(), seen(), change.plan().placement());
  }

  /** Takes what telemetry shows. */
  private void window(double now) {
    ControlLog.Window window = log.takeWindow();
    if (window.steps() == 0 || live.isStalled()) {
      return;
    }
    Telemetry telemetry = new Telemetry(window.work(), window.steps());
    loads.look(telemetry, live.share());
    if (!control.rebalance() || !change.isSettled(now, control.windowSeconds())) {
      return;
    }
    if (control.speedAware()) {
      speeds.look(now, telemetry, live.stages(), change.plan(), seen());
    }
    if (change.isSettled(now, control.cooldownSeconds())) {
      consider(now);
    }
  }

  private void consider(double now) {
    PlanRequest request = request();
    double reached = Evaluation.of(request, change.plan().placement()).tokensPerSecond();
    if (change.fallsShort(reached, control.gainThreshold())) {
      replan(
          now,
          String.format(
              Locale.ROOT,
              "%.0f of %.0f tokens/s are reached%s",
              reached,
              change.plan().prediction().tokensPerSecond(),
              LoadDrift.between(change.plannedLoad(), request.load())
                  .map(drift -> ": " + drift)
                  .orElse("")),
          false);
    } else if (poolNews) {
      replan(now, "the pool changed", false);
    }
  }

  private void replan(double now, String reason, boolean must) {
    poolNews = false;
    PlanRequest request = request();
    PlanResult result = planning.plan(request);
    isBlocked = !(result instanceof PlanResult.Feasible);
    if (!(result instanceof PlanResult.Feasible feasible)) {
      log.event(now, "plan", "no plan fits " + service + " any more");
      return;
    }
    Plan next = feasible.plan();
    if (!must) {
      Optional<Plan> worthwhile = rules.worthwhile(request, change.plan(), next);
      if (worthwhile.isEmpty()) {
        return;
      }
      next = worthwhile.get();
    }
    change.adopt(now, next, request.load(), reason);
  }
}
