package dev.hejin.scheduler.app.runtime;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.reconcile.DirectiveQueue;
import dev.hejin.agent.reconcile.DirectiveResult;
import dev.hejin.agent.reconcile.EngineDriver;
import dev.hejin.agent.reconcile.EnginePort;
import dev.hejin.agent.reconcile.KeptState;
import dev.hejin.scheduler.app.port.OrderOutcome;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node: its agent, made of the real agent's books and queues, and engines that take their time
 * and fail now and then.
 */
final class VirtualAgent {
  private static final long BEAT_MICROS = VirtualTime.SECOND;
  private static final long SILENCE_MICROS = 5 * VirtualTime.SECOND;
  private static final double BYTES_PER_MICRO = 4_000;

  private final VirtualWorld world;
  private final Node node;
  private final TreeMap<String, Place> places = new TreeMap<>();
  private boolean up;
  private int run;
  private long cutUntilMicros;
  private long highestTerm;
  private long heardMicros;
  private @Nullable VirtualStream stream;

  /** A device: what its engine holds outlives the agent, not the machine. */
  private final class Place {
    final String id;
    final long memoryBytes;
    List<KeptState> kept = List.of();
    EngineDriver driver;
    DirectiveQueue queue;
    final HashMap<String, VirtualOrder> orders = new HashMap<>();

    Place(String id, long memoryBytes) {
      this.id = id;
      this.memoryBytes = memoryBytes;
      this.driver = new EngineDriver(id, memoryBytes, new Engine(this), kept);
      this.queue = new DirectiveQueue(driver);
    }

    void restart() {
      driver = new EngineDriver(id, memoryBytes, new Engine(this), kept);
      queue = new DirectiveQueue(driver);
      orders.clear();
    }
  }

  VirtualAgent(VirtualWorld world, Node node) {
    this.world = world;
    this.node = node;
    node.devices()
        .forEach(
            device ->
                places.put(
                    device.id(), new Place(device.id(), (long) device.memoryBytes().value())));
  }

  String nodeId() {
    return node.id();
  }

  boolean isUp() {
    return up;
  }

  @Nullable VirtualStream stream() {
    return stream;
  }

  long cutUntilMicros() {
    return cutUntilMicros;
  }

  /** What the device really holds; nothing while the machine is down. */
  List<HeldState> held(String deviceId) {
    Place place = places.get(deviceId);
    return place == null ? List.of() : place.driver.held();
  }

  List<String> devices() {
    return List.copyOf(places.keySet());
  }

  // Faults.

  void start() {
    up = true;
    run++;
    beat(run);
    connect("", run);
  }

  /** The machine is off: memories are empty. */
  void crash(boolean silently) {
    end(silently);
    for (Place place : places.values()) {
      place.kept = List.of();
      place.restart();
      world.lost(place.id, place.driver.held());
    }
  }

  /** The agent's process ends; engines go on. */
  void kill() {
    end(false);
    for (Place place : places.values()) {
      place.restart();
      world.lost(place.id, place.driver.held());
    }
  }

  private void end(boolean silently) {
    up = false;
    run++;
    highestTerm = 0;
    VirtualStream old = stream;
    stream = null;
    if (old != null) {
      old.leave(silently);
    }
  }

  void cut(long micros) {
    cutUntilMicros = world.time.nowMicros() + micros;
    world.disturbedUntil(cutUntilMicros);
  }

  // The session.

  private void connect(String address, int during) {
    if (!up || run != during || stream != null) {
      return;
    }
    VirtualScheduler target = world.scheduler(address);
    if (!target.process.isAlive() || cutUntilMicros > world.time.nowMicros()) {
      again("", during);
      return;
    }
    VirtualStream next = new VirtualStream(world, this, target);
    stream = next;
    heardMicros = world.time.nowMicros();
    clearQueues();
    next.register(registration());
  }

  private void again(String address, int during) {
    world.time.after(
        VirtualTime.MILLI * (100 + world.random.nextInt(900)), () -> connect(address, during));
  }

  private void beat(int during) {
    if (!up || run != during) {
      return;
    }
    VirtualStream now = stream;
    if (now != null) {
      if (world.time.nowMicros() - heardMicros > SILENCE_MICROS) {
        now.leave(false);
        lost("");
      } else {
        now.heartbeat();
      }
    }
    world.time.after(BEAT_MICROS, () -> beat(during));
  }

  private void lost(String leader) {
    stream = null;
    clearQueues();
    again(leader, run);
  }

  /** What was under way may have come to anything: the books take it for gone. */
  private void clearQueues() {
    for (Place place : places.values()) {
      place.queue.clear(nanos());
      place.orders.clear();
      world.lost(place.id, place.driver.held());
    }
  }

  private long nanos() {
    return world.time.nowMicros() * 1_000;
  }

  void heard(VirtualStream from) {
    if (from == stream) {
      heardMicros = world.time.nowMicros();
    }
  }

  void accepted(VirtualStream from) {
    if (from != stream) {
      return;
    }
    heard(from);
    if (from.term < highestTerm) {
      from.leave(false);
      lost("");
      return;
    }
    highestTerm = from.term;
  }

  void ended(VirtualStream from, String leader) {
    if (from == stream) {
      from.leave(false);
      lost(leader);
    }
  }

  void ordered(VirtualStream from, VirtualOrder order) {
    Place place = places.get(order.directive().deviceId());
    if (from != stream || place == null) {
      return;
    }
    heard(from);
    if (from.term < highestTerm) {
      throw world.time.broken("an order of term " + from.term + " after " + highestTerm);
    }
    place.orders.put(order.directive().directiveId(), order);
    place.queue.add(order.directive());
    work(place, from);
  }

  private void work(Place place, VirtualStream from) {
    if (from != stream || !up) {
      return;
    }
    DirectiveQueue.Progress progress = place.queue.run(nanos());
    List<VirtualOrder> done = new ArrayList<>();
    boolean failed = false;
    for (DirectiveResult result : progress.results()) {
      VirtualOrder order = place.orders.remove(result.directiveId());
      if (result.done() && order != null) {
        done.add(order);
      } else if (!result.done()) {
        failed = true;
        world.refused(nodeId(), result.reason());
      }
      from.acknowledge(result.directiveId(), outcome(result), result.reason());
    }
    if (!progress.results().isEmpty()) {
      world.changed(place.id, place.driver.held(), done, failed);
    }
    progress
        .waitNanos()
        .ifPresent(nanos -> world.time.after(nanos / 1_000 + 1, () -> work(place, from)));
  }

  private static OrderOutcome outcome(DirectiveResult result) {
    if (result.done()) {
      return OrderOutcome.DONE;
    }
    return result.unsure() ? OrderOutcome.UNSURE : OrderOutcome.REFUSED;
  }

  private Registration registration() {
    List<Registration.Holding> holdings = new ArrayList<>();
    for (Place place : places.values()) {
      for (HeldState held : place.driver.held()) {
        TreeMap<Integer, LayerRoute> routes = new TreeMap<>();
        for (var route : held.routes()) {
          TreeMap<Integer, Double> experts = new TreeMap<>();
          for (int i = 0; i < route.experts().size(); i++) {
            experts.put(route.experts().get(i), route.expertShares().get(i));
          }
          routes.put(route.layer(), new LayerRoute(route.tokenShare(), experts));
        }
        holdings.add(
            new Registration.Holding(
                place.id,
                held.deploymentId(),
                held.shards().stream().map(shard -> shard(shard.key())).toList(),
                routes));
      }
    }
    return new Registration(node, "i" + run, "virtual", holdings, Registration.Remarks.NONE);
  }

  static Shard shard(ShardKey key) {
    return new Shard(
        Shard.Kind.valueOf(key.kind().name()),
        key.layer(),
        key.expert(),
        Precision.valueOf(key.precision().name()));
  }

  /** An engine: loads take time, each order may fail and leave it open how far it came. */
  private final class Engine implements EnginePort {
    private final Place place;

    Engine(Place place) {
      this.place = place;
    }

    @Override
    public Action begin(Directive order, List<KeptState> before, List<KeptState> after) {
      long took = VirtualTime.MILLI * world.random.nextInt(20);
      if (order.action() instanceof Directive.Load load) {
        took +=
            (long)
                (load.shards().stream().mapToLong(dev.hejin.agent.model.Shard::sizeBytes).sum()
                    / BYTES_PER_MICRO);
      }
      long end = world.time.nowMicros() + took;
      Outcome outcome = world.engineOutcome();
      return new Action() {
        @Override
        public Optional<Outcome> outcome() {
          return world.time.nowMicros() < end ? Optional.empty() : Optional.of(outcome);
        }

        @Override
        public void stop() {}
      };
    }

    @Override
    public Optional<String> keep(List<KeptState> held) {
      place.kept = held;
      return Optional.empty();
    }
  }
}
