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
import dev.hejin.scheduler.detect.ChangeGate;
import dev.hejin.scheduler.detect.LoadDrift;
import dev.hejin.scheduler.detect.LoadTracker;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Plans one service and keeps it well placed, as the scheduler's rebalancer and reconciler do, on
 * virtual time: lost devices are replaced at once; load and speeds that telemetry shows lead to
 * another plan when the plan in force falls short and the change pays.
 */
public final class ServiceScheduler {
  /** Pools from this size on are repaired before they are planned anew. */
  private static final int REPAIR_FROM_DEVICES = 256;

  /** A change that nothing moves for so long is blocked. */
  private static final double BLOCKED_SECONDS = 15;

  /** Network of a node of which nobody knows it: 200 Gbit/s. */
  private static final double ASSUMED_NODE_BYTES_PER_SECOND = 25e9;

  private final Service service;
  private final ModelSpec model;
  private final Control control;
  private final TruePool truth;
  private final LoadPath loads;
  private final ServingEngine engine;
  private final ControlLog log;
  private final SplittableRandom chance;
  private final SplittableRandom losses;
  private final PoolBelief belief;
  private final Planning planning;
  private final ChangeRules rules;
  private final ActiveLayout layout;
  private final Holdings holdings;
  private final LoadTracker tracker;
  private final SpeedWatch speeds;
  private final ChangeGate gate = new ChangeGate();
  private MigrationRun migration;
  private Plan plan;
  private ExpertLoad plannedLoad;
  private double[][] share;
  private double shareSeconds;
  private double windowSeconds;
  private double settledSeconds;
  private boolean poolNews;

  /** The plan before the one that is being changed to. */
  private @Nullable Plan before;

  private double progressSeconds;

  /** Whether no plan fits what is there. */
  private boolean isBlocked;

  /** Devices that lost what they held. */
  private final TreeSet<String> wiped = new TreeSet<>();

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
    this.service = service;
    this.model = model;
    this.control = control;
    this.truth = truth;
    this.loads = loads;
    this.engine = engine;
    this.log = log;
    this.chance = Chance.of(seed, "telemetry", index);
    this.losses = Chance.of(seed, "lost caches", index);
    this.belief =
        new PoolBelief(
            truth, nodes.stream().map(Nameplates::node).toList(), control.decisionSeconds());
    this.planning =
        new Planning(
            model,
            new Workload(service.serving().maxSequences(), service.serving().contextTokens()),
            control);
    this.rules = new ChangeRules(planning, model, control);
    this.layout = new ActiveLayout(model, truth, laws);
    this.tracker = new LoadTracker(model);
    this.speeds = new SpeedWatch(control.speedTolerance(), planning, belief, truth, log);
    this.share = loads.at(0);
    this.plannedLoad = ExpertLoad.of(model, share);
    this.holdings =
        new Holdings(
            truth,
            control.loadGbPerSecond() * 1e9,
            networksForLoads(nodes),
            planning.memory()::shardBytes);
    PlanResult first = planning.plan(planning.request(belief.pool(), plannedLoad, null));
    if (first instanceof PlanResult.Infeasible infeasible) {
      throw new TrialFailedException(
          "no plan fits "
              + service.name()
              + ": "
              + infeasible.reason()
              + "; "
              + infeasible.suggestion());
    }
    this.plan = ((PlanResult.Feasible) first).plan();
    this.migration = new MigrationRun(plan, planning.memory()::shardBytes);
    holdings.fill(migration.target());
    windowSeconds = control.windowSeconds();
  }

  /** What loads may take of each node's network, in bytes a second. */
  private double[] networksForLoads(List<NodeSpec> nodes) {
    return nodes.stream()
        .mapToDouble(
            node ->
                control.nodeShare()
                    * (node.networkBytesPerSecond().isKnown()
                        ? node.networkBytesPerSecond().value()
                        : ASSUMED_NODE_BYTES_PER_SECOND))
        .toArray();
  }

  /** Begins to serve. */
  public void start(double now) {
    log.event(now, "plan", describe("first plan", plan));
    layout.update(holdings, plan.placement(), share, true);
    engine.layout(now, layout.stages(), migration.cacheTokens(model));
  }

  /** What is served at this moment. */
  public List<StagePhysics> stages() {
    return layout.stages();
  }

  public Plan plan() {
    return plan;
  }

  public double movedBytes() {
    return holdings.movedBytes();
  }

  /** Whether shards are on their way, so that steps are to be short. */
  public boolean isMoving() {
    return migration.isRunning();
  }

  /** The truth changed: devices fell away or came back, speeds or networks are others. */
  public void truthChanged(double now, boolean isLoss) {
    if (isLoss) {
      for (int d = 0; d < truth.devices(); d++) {
        if (truth.isLost(d)) {
          wiped.add(truth.id(d));
        }
      }
      double kept = 1;
      boolean hit = false;
      for (StagePhysics stage : layout.stages()) {
        double left = 0;
        for (int d = 0; d < stage.spec().devices().length; d++) {
          boolean isLost = truth.isLost(stage.spec().devices()[d]);
          left += isLost ? 0 : stage.tokenShare(d);
          hit |= isLost;
        }
        kept *= left;
      }
      if (hit) {
        engine.stall();
        engine.lose(1 - kept, losses);
        log.unserved(now, true);
      }
    }
    network();
  }

  /** Networks carry loads beside exchanges. */
  private void network() {
    double[] rates = holdings.loadRates();
    for (int n = 0; n < rates.length; n++) {
      truth.setLoads(n, rates[n]);
    }
    layout.stages().forEach(StagePhysics::refresh);
  }

  /** One decision. */
  public void tick(double now) {
    drift(now);
    cameBackUnseen(now);
    PoolBelief.News news = belief.look(now);
    if (!news.lost().isEmpty()) {
      lost(now, news.lost());
    }
    if (!news.returned().isEmpty()) {
      log.event(
          now, "recovery", news.returned().size() + " devices of " + service.name() + " are back");
      news.returned().forEach(holdings::forget);
      poolNews = true;
      if (isBlocked) {
        replan(now, "devices are back", true);
      }
    }
    if (now >= windowSeconds) {
      windowSeconds = now + control.windowSeconds();
      window(now);
    }
  }

  /** Devices that fell away and were back before anyone missed them: they hold nothing. */
  private void cameBackUnseen(double now) {
    List<String> back = new ArrayList<>();
    for (String id : wiped) {
      if (!truth.isLost(truth.number(id))) {
        back.add(id);
      }
    }
    wiped.removeAll(back);
    back.retainAll(belief.usable());
    if (!back.isEmpty()) {
      lost(now, back);
    }
  }

  private void drift(double now) {
    if (now - shareSeconds < Math.max(control.decisionSeconds(), loads.stepSeconds())) {
      return;
    }
    if (loads.changes(shareSeconds, now)) {
      share = loads.at(now);
      layout.update(holdings, plan.placement(), share, true);
      engine.layout(now, layout.stages(), migration.cacheTokens(model));
    }
    shareSeconds = now;
  }

  private void lost(double now, List<String> devices) {
    log.event(
        now,
        "fault",
        "found out: "
            + devices.size()
            + " devices of "
            + service.name()
            + " are lost, "
            + devices.getFirst()
            + " first");
    devices.forEach(holdings::forget);
    boolean used =
        plan.placement().stages().stream()
            .flatMap(stage -> stage.deviceIds().stream())
            .anyMatch(devices::contains);
    if (!used) {
      return;
    }
    serve(now);
    PlanRequest request = request(belief.pool(), seen());
    Optional<Plan> repaired = Optional.empty();
    if (belief.usable().size() >= REPAIR_FROM_DEVICES) {
      repaired = planning.repair(request, plan);
      poolNews = true;
    }
    if (repaired.isPresent()) {
      adopt(now, repaired.get(), request.load(), "stages that lost devices are repaired");
    } else {
      replan(now, "devices are lost", true);
    }
  }

  /** Serves what routes allow now. */
  private void serve(double now) {
    layout.update(holdings, plan.placement(), share, false);
    if (layout.unserved() > 0) {
      if (!engine.isStalled()) {
        engine.stall();
        log.unserved(now, true);
      }
      return;
    }
    engine.layout(now, layout.stages(), migration.cacheTokens(model));
    if (engine.isStalled() && !usesLost()) {
      engine.resume(now);
      log.unserved(now, false);
    }
  }

  /** Whether a device of the stages is gone and nobody knows yet. */
  private boolean usesLost() {
    return belief.usable().stream().anyMatch(id -> truth.isLost(truth.number(id)) && serves(id));
  }

  private boolean serves(String id) {
    return holdings.books().stream().anyMatch(book -> book.id.equals(id) && !book.active.isEmpty());
  }

  /** Lets loads go on for some time, and does what can be done then. */
  public void migrate(double now, double sinceSeconds) {
    if (!migration.isRunning()) {
      return;
    }
    boolean arrived = holdings.load(sinceSeconds);
    if (arrived || !holdings.isLoading()) {
      boolean changed = migration.step(holdings, belief.usable(), layout.unserved() > 0);
      if (changed || engine.isStalled()) {
        serve(now);
      }
      if (arrived || changed || holdings.isLoading()) {
        progressSeconds = now;
      }
    }
    if (migration.isRunning() && now - progressSeconds >= BLOCKED_SECONDS) {
      giveUp(now);
    }
    network();
    if (!migration.isRunning()) {
      log.moving(false);
      settledSeconds = now;
      log.event(now, "migration", "the change of " + service.name() + " is done");
    }
  }

  /** Full devices block the change: back to the plan before, and no further when that fails too. */
  private void giveUp(double now) {
    Plan back = before;
    before = null;
    if (back == null) {
      migration.end();
      log.event(now, "migration", "the change of " + service.name() + " is blocked and stays so");
    } else {
      adopt(now, back, plannedLoad, "full devices block the change");
      before = null;
    }
  }

  private ExpertLoad seen() {
    return tracker.load().orElse(plannedLoad);
  }

  private PlanRequest request(Pool pool, ExpertLoad load) {
    return planning.request(pool, load, plan.placement());
  }

  /** Takes what telemetry shows. */
  private void window(double now) {
    ControlLog.Window window = log.takeWindow();
    if (window.steps() == 0 || engine.isStalled()) {
      return;
    }
    Telemetry telemetry = new Telemetry(window.work(), window.steps());
    for (LayerSpec layer : model.layers()) {
      if (layer.isMoe()) {
        tracker.add(
            layer.index(),
            telemetry.expertTokens(
                share[layer.index()],
                layer.expertsPerToken(),
                service.routing().textSpread(),
                chance));
      }
    }
    boolean settled = !migration.isRunning() && now - settledSeconds >= control.windowSeconds();
    if (!settled || !control.rebalance()) {
      return;
    }
    if (control.speedAware()) {
      speeds.look(now, telemetry, layout.stages(), plan, seen());
    }
    if (now - settledSeconds >= control.cooldownSeconds()) {
      consider(now);
    }
  }

  private void consider(double now) {
    ExpertLoad seen = seen();
    double reached =
        Evaluation.of(request(belief.pool(), seen), plan.placement()).tokensPerSecond();
    double promised = plan.prediction().tokensPerSecond();
    if (gate.opens(reached, promised, control.gainThreshold())) {
      replan(
          now,
          String.format(
              Locale.ROOT,
              "%.0f of %.0f tokens/s are reached%s",
              reached,
              promised,
              LoadDrift.between(plannedLoad, seen).map(drift -> ": " + drift).orElse("")),
          false);
    } else if (poolNews) {
      replan(now, "the pool changed", false);
    }
  }

  private void replan(double now, String reason, boolean must) {
    poolNews = false;
    PlanRequest request = request(belief.pool(), seen());
    PlanResult result = planning.plan(request);
    isBlocked = !(result instanceof PlanResult.Feasible);
    if (!(result instanceof PlanResult.Feasible feasible)) {
      log.event(now, "plan", "no plan fits " + service.name() + " any more");
      return;
    }
    Plan next = feasible.plan();
    if (!must) {
      Optional<Plan> worthwhile = rules.worthwhile(request, plan, next);
      if (worthwhile.isEmpty()) {
        return;
      }
      next = worthwhile.get();
    }
    adopt(now, next, request.load(), reason);
  }

  private void adopt(double now, Plan next, ExpertLoad load, String reason) {
    log.event(now, "plan", describe(reason, next));
    before = plan;
    progressSeconds = now;
    plan = next;
    plannedLoad = load;
    migration = new MigrationRun(next, planning.memory()::shardBytes);
    migration.begin();
    gate.reset();
    log.moving(true);
  }

  private String describe(String reason, Plan of) {
    return String.format(
        Locale.ROOT,
        "%s: %s in %d stages, predicted %.0f tokens/s",
        service.name(),
        reason,
        of.placement().stages().size(),
        of.prediction().tokensPerSecond());
  }
}
