package dev.hejin.lab.world;

import dev.hejin.agent.simulation.Chance;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.lab.control.ServiceScheduler;
import dev.hejin.lab.event.EventQueue;
import dev.hejin.lab.measure.ServiceRecorder;
import dev.hejin.lab.measure.TrialSummary;
import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.physics.WorldLaws;
import dev.hejin.lab.routing.LoadPath;
import dev.hejin.lab.scenario.Control;
import dev.hejin.lab.scenario.Scenario;
import dev.hejin.lab.scenario.Service;
import dev.hejin.lab.serving.ServingEngine;
import dev.hejin.lab.traffic.RequestSource;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One run of one scenario: the loop over events, decisions and changes of the truth. */
final class Trial {
  /** While shards move, they are looked at this often. */
  private static final double MOVING_SECONDS = 0.25;

  /** Contexts of running sequences differ by about this. Assumed. */
  private static final double CONTEXT_SPREAD = 0.8;

  private final Scenario scenario;
  private final EventQueue events = new EventQueue();
  private final List<TrialResult.WorldEvent> log = new ArrayList<>();
  private final List<Served> services = new ArrayList<>();
  private final TruthTimeline timeline;
  private final List<Double> faultSeconds = new ArrayList<>();

  /** One service and what belongs to it. */
  private record Served(
      TruePool pool,
      List<NodeSpec> nodes,
      ServiceRecorder recorder,
      ServingEngine engine,
      ServiceScheduler scheduler) {}

  Trial(Scenario scenario, long seed) {
    this.scenario = scenario;
    this.timeline = new TruthTimeline(scenario, seed);
    for (int i = 0; i < scenario.services().size(); i++) {
      services.add(served(scenario.services().get(i), i, seed));
    }
  }

  private Served served(Service service, int index, long seed) {
    ModelSpec model = ModelCatalog.bundled().model(service.model());
    List<NodeSpec> nodes =
        scenario.pool().nodes().stream()
            .filter(node -> service.nodes().isEmpty() || service.nodes().contains(node.name()))
            .sorted(Comparator.comparing(NodeSpec::name))
            .toList();
    TruePool pool = new TruePool(nodes, scenario.truth().networkFactor());
    timeline.apply(0, pool, nodes);
    ServiceRecorder recorder =
        new ServiceRecorder(
            service.name(),
            service.limits(),
            pool,
            scenario.warmupSeconds(),
            scenario.durationSeconds(),
            log);
    ServingEngine engine =
        new ServingEngine(
            index,
            service.serving(),
            RequestSource.of(service.traffic(), seed, index),
            events,
            recorder,
            Chance.of(seed, "iterations", index));
    WorldLaws laws =
        new WorldLaws(
            service.serving().overlap(),
            service.routing().textSpread(),
            scenario.truth().jitter(),
            CONTEXT_SPREAD,
            service.serving().tokenBudget());
    Control control = scenario.control();
    ServiceScheduler scheduler =
        new ServiceScheduler(
            service,
            index,
            model,
            nodes,
            control,
            pool,
            laws,
            new LoadPath(model, service.routing()),
            engine,
            recorder,
            seed);
    return new Served(pool, nodes, recorder, engine, scheduler);
  }

  TrialResult run() {
    for (Served served : services) {
      served.scheduler().start(0);
    }
    double end = scenario.durationSeconds();
    double decision = scenario.control().decisionSeconds();
    List<Double> moments = timeline.moments();
    int moment = 0;
    double nextDecision = decision;
    double lastStep = 0;
    double nextStep = decision;
    while (true) {
      double truth = moment < moments.size() ? moments.get(moment) : Double.POSITIVE_INFINITY;
      double at = Math.min(Math.min(truth, nextStep), events.nextSeconds());
      if (at >= end) {
        break;
      }
      if (at == truth) {
        moment++;
        change(at);
      } else if (at == nextStep) {
        boolean decides = at >= nextDecision;
        step(at, at - lastStep, decides);
        lastStep = at;
        nextDecision += decides ? decision : 0;
        nextStep = isMoving() ? Math.min(nextDecision, at + MOVING_SECONDS) : nextDecision;
      } else {
        long event = events.take();
        services.get(ServingEngine.serviceOf(event)).engine().handle(at, event);
      }
    }
    return result(end);
  }

  private boolean isMoving() {
    return services.stream().anyMatch(served -> served.scheduler().isMoving());
  }

  private void step(double now, double since, boolean decides) {
    for (Served served : services) {
      served.scheduler().migrate(now, since);
      if (decides) {
        served.scheduler().tick(now);
      }
    }
  }

  private void change(double now) {
    for (String what : timeline.begins(now)) {
      log.add(new TrialResult.WorldEvent(now, "fault", what));
      if (faultSeconds.isEmpty() || faultSeconds.getLast() < now) {
        faultSeconds.add(now);
      }
    }
    for (Served served : services) {
      boolean loss = timeline.apply(now, served.pool(), served.nodes());
      served.scheduler().truthChanged(now, loss);
    }
  }

  private TrialResult result(double end) {
    double moved = 0;
    for (Served served : services) {
      served.engine().close(end);
      served.recorder().close(end);
      moved += served.scheduler().movedBytes();
    }
    TrialSummary summary =
        new TrialSummary(
            services.stream().map(Served::recorder).toList(),
            services.stream().map(Served::pool).toList(),
            scenario.warmupSeconds(),
            end);
    return new TrialResult(
        summary.measures(moved, faultSeconds),
        summary.series(),
        services.stream().map(this::heat).toList(),
        summary.spans(),
        log,
        summary.events(),
        "");
  }

  private TrialResult.HeatMap heat(Served served) {
    List<StagePhysics> stages = served.scheduler().stages();
    List<String> columns = new ArrayList<>();
    List<List<Double>> values = new ArrayList<>();
    for (int d = 0; d < served.pool().devices(); d++) {
      values.add(new ArrayList<>());
    }
    for (StagePhysics stage : stages) {
      for (int layer = stage.spec().firstLayer(); layer < stage.spec().endLayer(); layer++) {
        double[] load = stage.loadOf(layer);
        if (load.length == 0) {
          continue;
        }
        columns.add("layer " + layer);
        values.forEach(row -> row.add(Double.NaN));
        for (int d = 0; d < load.length; d++) {
          List<Double> row = values.get(stage.spec().devices()[d]);
          row.set(row.size() - 1, load[d]);
        }
      }
    }
    int index = services.indexOf(served);
    return new TrialResult.HeatMap(
        scenario.services().get(index).name(), served.pool().ids(), columns, values);
  }
}
