package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.Migration;
import dev.hejin.scheduler.plan.MigrationLimits;
import dev.hejin.scheduler.plan.MigrationTarget;
import dev.hejin.scheduler.plan.ServiceCheck;
import dev.hejin.scheduler.plan.ServiceReport;
import dev.hejin.scheduler.simulation.Scenario.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Runs one scenario from one seed: devices go from empty to a random target, through faults and
 * changes of target, until all is done. Every promise of a migration is checked at every event; a
 * broken one is an {@link AssertionError}.
 */
public final class ClusterSimulation {
  private static final int MOST_EVENTS = 100_000;
  private static final long FAULT_MICROS = 4_000;

  private final Scenario scenario;
  private final Random random;
  private final VirtualClock clock = new VirtualClock();
  private final ModelSpec model;
  private final List<VirtualNode> nodes = new ArrayList<>();
  private final List<VirtualDevice> devices = new ArrayList<>();
  private final PlacementGenerator generator;
  private final PlacementGenerator.Outline outline;
  private final VirtualScheduler scheduler;
  private final TruthCheck truth;
  private final ServiceCheck service;
  private boolean ticking;
  private boolean schedulerUp = true;
  private long actions;

  private ClusterSimulation(Scenario scenario, long seed) {
    this.scenario = scenario;
    this.random = new Random(seed);
    this.model = SmallModel.random(random);
    this.generator = new PlacementGenerator(model, SmallModel::bytes, random);
    List<String> ids = new ArrayList<>();
    List<List<String>> nodeIds = new ArrayList<>();
    int nodeCount = 2 + random.nextInt(4);
    for (int n = 0; n < nodeCount; n++) {
      List<String> onNode = new ArrayList<>();
      int count = 1 + random.nextInt(3);
      for (int d = 0; d < count; d++) {
        onNode.add("n" + n + "/" + d);
      }
      ids.addAll(onNode);
      nodeIds.add(onNode);
    }
    this.outline = generator.outline(ids);
    TreeMap<String, Long> unlimited = new TreeMap<>();
    ids.forEach(id -> unlimited.put(id, 1L << 40));
    Placement first =
        generator.fill(outline, unlimited, Precision.FP8).orElseThrow(AssertionError::new);
    MigrationTarget target = MigrationTarget.of(first);
    for (int n = 0; n < nodeIds.size(); n++) {
      VirtualNode node = new VirtualNode("n" + n);
      for (String id : nodeIds.get(n)) {
        node.devices.add(new VirtualDevice(id, node, limit(target, id)));
      }
      nodes.add(node);
      devices.addAll(node.devices);
    }
    MigrationLimits limits =
        new MigrationLimits(
            1 + random.nextInt(8), 10 + random.nextInt(200), 1 + random.nextInt(4), false);
    this.scheduler = new VirtualScheduler(limits, SmallModel::bytes, target, this::send);
    this.truth = new TruthCheck(devices, SmallModel::bytes);
    this.service = new ServiceCheck(model, ExpertLoad.uniform(model), SmallModel::bytes);
  }

  /** What a run came to. */
  public record Result(long events, long directives, int interruptions) {}

  /** Runs to the end. */
  public static Result run(Scenario scenario, long seed) {
    return new ClusterSimulation(scenario, seed).run();
  }

  private long headroom() {
    return scenario.kind() == Kind.RESTAGE_TIGHT ? 30 : 10;
  }

  private long limit(MigrationTarget target, String id) {
    var wanted = target.devices().get(id);
    long bytes = wanted == null ? 0 : wanted.shards().stream().mapToLong(SmallModel::bytes).sum();
    long model = this.model.layers().stream().mapToLong(l -> 25 + 10L * l.routedExperts()).sum();
    return switch (scenario.kind()) {
      case REBALANCE -> bytes + headroom() + random.nextInt(4) * 10L;
      case RESTAGE_WITH_ROOM -> 2 * (model + 60);
      case RESTAGE_TIGHT ->
          Math.max(bytes, model / devicesOf(target)) * (10 + random.nextInt(10)) / 10 + headroom();
    };
  }

  private static int devicesOf(MigrationTarget target) {
    return target.devices().size();
  }

  private Result run() {
    nodes.forEach(scheduler::register);
    tick();
    plan(scenario.retargets(), this::retarget);
    plan(scenario.crashes(), this::crash);
    plan(scenario.disconnects(), this::disconnect);
    plan(scenario.restarts(), this::restart);
    long events = 0;
    while (clock.step()) {
      if (++events > MOST_EVENTS) {
        throw new AssertionError("no end after " + events + " events, " + actions + " directives");
      }
      if (events % 16 == 0) {
        checkService(false);
      }
    }
    return finish(events);
  }

  private void plan(int count, Runnable fault) {
    for (int i = 0; i < count; i++) {
      clock.after(random.nextLong(FAULT_MICROS), fault);
    }
  }

  private Result finish(long events) {
    boolean complete = Migration.isComplete(scheduler.view(false));
    if (!complete) {
      throw new AssertionError(
          "came to rest before the target after "
              + events
              + " events, "
              + actions
              + " directives; blocked: "
              + Migration.isBlocked(scheduler.view(false)));
    }
    ServiceReport report = checkService(true);
    if (!report.violations().isEmpty()) {
      throw new AssertionError("at the end: " + report.violations());
    }
    for (VirtualDevice device : devices) {
      var wanted = scheduler.target().devices().get(device.id);
      if (wanted == null ? !device.loaded.isEmpty() : !device.loaded.equals(wanted.shards())) {
        throw new AssertionError(device.id + " holds " + device.loaded);
      }
    }
    return new Result(events, actions, scheduler.interruptions);
  }

  private ServiceReport checkService(boolean settled) {
    ServiceReport report =
        service.check(
            devices.stream().filter(d -> d.node.up).map(VirtualDevice::view).toList(), settled);
    report.violations().stream()
        .filter(
            v ->
                switch (v.kind()) {
                  case ROUTE_WITHOUT_SHARD, MEMORY_EXCEEDED -> true;
                  case DROPPED -> scenario.crashes() == 0 && scheduler.interruptions == 0;
                  case NEVER_SERVED, LOST, SHARE_SUM -> false;
                })
        .findFirst()
        .ifPresent(
            v -> {
              throw new AssertionError(v.toString());
            });
    return report;
  }

  // The scheduler's side.

  private void tick() {
    if (!ticking && schedulerUp) {
      ticking = true;
      clock.after(
          random.nextInt(4),
          () -> {
            ticking = false;
            if (schedulerUp) {
              actions += scheduler.proceed(scenario.kind() == Kind.RESTAGE_TIGHT);
            }
          });
    }
  }

  private void retarget() {
    List<VirtualNode> up = nodes.stream().filter(n -> n.up).toList();
    TreeMap<String, Long> rooms = new TreeMap<>();
    for (VirtualNode node : up) {
      node.devices.forEach(d -> rooms.put(d.id, d.limitBytes - headroom()));
    }
    if (rooms.isEmpty()) {
      return;
    }
    Optional<Placement> next;
    if (scenario.kind() == Kind.REBALANCE) {
      List<List<String>> kept =
          outline.devices().stream()
              .map(g -> g.stream().filter(rooms::containsKey).toList())
              .toList();
      if (kept.stream().anyMatch(List::isEmpty)) {
        return;
      }
      next =
          generator.fill(
              new PlacementGenerator.Outline(outline.ends(), kept), rooms, Precision.FP8);
    } else {
      Precision precision = random.nextInt(3) == 0 ? Precision.INT8 : Precision.FP8;
      next = generator.fill(generator.outline(new ArrayList<>(rooms.keySet())), rooms, precision);
    }
    next.ifPresent(scheduler::retarget);
    tick();
  }

  private void restart() {
    if (!schedulerUp) {
      return;
    }
    schedulerUp = false;
    scheduler.forget();
    for (VirtualNode node : nodes) {
      cut(node);
      truth.noticed(node, scheduler.nextDirective);
    }
    clock.after(
        random.nextInt(50),
        () -> {
          schedulerUp = true;
          for (VirtualNode node : nodes) {
            clock.after(random.nextInt(200), () -> register(node));
          }
        });
  }

  private void register(VirtualNode node) {
    if (node.up && schedulerUp) {
      cut(node);
      scheduler.register(node);
      truth.noticed(node, scheduler.nextDirective);
      tick();
    }
  }

  // Faults.

  /** The stream ends: what was not begun is dropped, what was begun has no effect. */
  private void cut(VirtualNode node) {
    node.session++;
    for (VirtualDevice device : node.devices) {
      device.queue.clear();
      device.busy = false;
    }
  }

  private void crash() {
    VirtualNode node = nodes.get(random.nextInt(nodes.size()));
    if (!node.up || nodes.stream().filter(n -> n.up).count() < 2) {
      return;
    }
    truth.crashing(node);
    cut(node);
    node.up = false;
    for (VirtualDevice device : node.devices) {
      service.lost(device.id);
      device.loaded.clear();
      device.routes.clear();
    }
    clock.after(random.nextInt(300), () -> noticeLoss(node));
    clock.after(
        400 + random.nextInt(3000),
        () -> {
          node.up = true;
          register(node);
        });
  }

  private void noticeLoss(VirtualNode node) {
    if (!schedulerUp) {
      return;
    }
    scheduler.lose(node);
    truth.noticed(node, scheduler.nextDirective);
    if (random.nextInt(10) < 7) {
      retarget();
    }
    tick();
  }

  private void disconnect() {
    VirtualNode node = nodes.get(random.nextInt(nodes.size()));
    if (!node.up || !schedulerUp) {
      return;
    }
    cut(node);
    scheduler.lose(node);
    tick();
    clock.after(random.nextInt(500), () -> register(node));
  }

  // Network and devices.

  private void send(Directive directive) {
    VirtualDevice device = device(directive.action().deviceId());
    long arrival = Math.max(device.arrivalMicros, clock.nowMicros() + 1 + random.nextInt(20));
    device.arrivalMicros = arrival;
    clock.after(
        arrival - clock.nowMicros(),
        () -> {
          if (directive.session() == device.node.session && device.node.up) {
            device.queue.add(directive);
            work(device);
          }
        });
  }

  private VirtualDevice device(String id) {
    return devices.stream().filter(d -> d.id.equals(id)).findFirst().orElseThrow();
  }

  private void work(VirtualDevice device) {
    Directive directive = device.busy ? null : device.queue.poll();
    if (directive == null) {
      return;
    }
    device.busy = true;
    long took =
        switch (directive.action()) {
          case DeviceAction.Load load -> {
            truth.loading(device, load);
            yield load.shards().stream().mapToLong(SmallModel::bytes).sum() + random.nextInt(100);
          }
          case DeviceAction.Activate activate -> random.nextInt(5);
          case DeviceAction.Release release -> random.nextInt(10);
        };
    clock.after(
        took,
        () -> {
          if (directive.session() == device.node.session && device.node.up) {
            carryOut(device, directive);
            device.busy = false;
            work(device);
          }
        });
  }

  private void carryOut(VirtualDevice device, Directive directive) {
    switch (directive.action()) {
      case DeviceAction.Load load -> device.loaded.addAll(load.shards());
      case DeviceAction.Activate activate -> {
        truth.activating(device, directive, activate);
        if (activate.route().isEmpty()) {
          device.routes.remove(activate.layer());
        } else {
          device.routes.put(activate.layer(), activate.route());
        }
      }
      case DeviceAction.Release release -> {
        truth.releasing(device, release);
        for (Shard shard : release.shards()) {
          device.loaded.remove(shard);
        }
      }
    }
    acknowledge(directive);
    if (random.nextInt(10) == 0) {
      acknowledge(directive);
    }
  }

  private void acknowledge(Directive directive) {
    clock.after(
        1 + random.nextInt(100),
        () -> {
          if (schedulerUp) {
            scheduler.acknowledged(directive.number());
            tick();
          }
        });
  }
}
