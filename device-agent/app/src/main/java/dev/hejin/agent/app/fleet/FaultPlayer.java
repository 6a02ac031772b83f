package dev.hejin.agent.app.fleet;

import dev.hejin.agent.app.link.Links;
import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.simulation.DeviceTruth;
import dev.hejin.agent.simulation.SimulatedDeviceSpec;
import dev.hejin.agent.simulation.SimulatedWorld;
import dev.hejin.agent.simulation.fault.DeviceClimate;
import dev.hejin.agent.simulation.fault.FaultEvent;
import dev.hejin.agent.simulation.fault.FaultSchedule;
import dev.hejin.agent.simulation.fault.FleetShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Plays a schedule of faults on a simulated fleet: lost nodes fall silent and come back empty, slow
 * devices and links get a factor, and every device follows its climate. A device that breaks takes
 * its node with it, as it does for a serving engine that spans the node. Played again after a year.
 */
public final class FaultPlayer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(FaultPlayer.class);
  private static final double DAYS = 365;
  private static final double SECONDS = DAYS * 86_400;
  private static final long TICK_MILLIS = 500;
  private static final double LEAST_SPEED = 0.01;

  private final List<LocalNode> nodes;
  private final SimulatedWorld world;
  private final Sessions sessions;
  private final List<FaultEvent> events;
  private final Map<String, DeviceClimate> climates = new TreeMap<>();
  private final Map<String, Double> bases = new TreeMap<>();
  private final Set<String> lost = new ConcurrentSkipListSet<>();
  private final Set<FaultEvent> told = new HashSet<>();
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("hejin-faults").daemon().factory());

  /** What a fault does to a node's session. */
  interface Sessions {
    void cut(String nodeId);

    void comeBack(String nodeId);
  }

  FaultPlayer(
      List<LocalNode> nodes,
      SimulatedWorld world,
      long seed,
      List<FaultEvent> events,
      Sessions sessions) {
    this.nodes = List.copyOf(nodes);
    this.world = world;
    this.events = List.copyOf(events);
    this.sessions = sessions;
    for (DeviceTruth device : world.truth()) {
      climates.put(device.deviceId(), new DeviceClimate(device.deviceId(), seed));
      bases.put(device.deviceId(), device.speed());
    }
  }

  /** Draws the schedule of a year for the pool and plays it until closed. */
  public static FaultPlayer start(
      SimulatedPool pool, long seed, double rate, double speed, Links links) {
    if (!(speed > 0 && speed <= 1e6)) {
      throw new IllegalArgumentException(
          "--fault-speed is " + speed + ", not above 0 and at most 1000000\nMaybe 1, real time");
    }
    int widest =
        pool.nodes().stream().mapToInt(node -> node.description().devices().size()).max().orElse(1);
    FleetShape shape = new FleetShape(pool.nodes().size(), widest, 2, 2);
    List<FaultEvent> events = FaultSchedule.of(shape, DAYS, seed, rate);
    LOG.infof(
        "SIMULATED faults: %d in a year of this fleet, %s times the published rates, time passes %s"
            + " times faster",
        events.size(), rate, speed);
    FaultPlayer player =
        new FaultPlayer(
            pool.nodes(),
            pool.world(),
            seed,
            events,
            new Sessions() {
              @Override
              public void cut(String nodeId) {
                links.cut(nodeId);
              }

              @Override
              public void comeBack(String nodeId) {
                links.comeBack(nodeId);
              }
            });
    long begin = System.nanoTime();
    var unused =
        player.loop.scheduleAtFixedRate(
            () -> player.apply((System.nanoTime() - begin) / 1e9 * speed % SECONDS),
            0,
            TICK_MILLIS,
            TimeUnit.MILLISECONDS);
    return player;
  }

  /** Tells whether a node is lost now: then it says nothing. */
  public boolean isLost(String nodeId) {
    return lost.contains(nodeId);
  }

  /** Makes the world as it is at a moment of the schedule. */
  void apply(double seconds) {
    List<FaultEvent> now =
        events.stream()
            .filter(event -> event.startSeconds() <= seconds && seconds < event.endSeconds())
            .toList();
    told.retainAll(now);
    for (int i = 0; i < nodes.size(); i++) {
      node(i, now, seconds);
    }
  }

  private void node(int index, List<FaultEvent> now, double seconds) {
    LocalNode node = nodes.get(index);
    List<FaultEvent> mine = new ArrayList<>();
    for (FaultEvent event : now) {
      if (index >= event.firstNode() && index < event.firstNode() + event.nodes()) {
        mine.add(event);
        if (told.add(event)) {
          LOG.infof(
              "SIMULATED fault: %s, %s, node %s, for %.0f s",
              event.cause(), event.effect(), node.id(), event.endSeconds() - event.startSeconds());
        }
      }
    }
    boolean down = mine.stream().anyMatch(event -> event.effect() == FaultEvent.Effect.LOST);
    if (down && lost.add(node.id())) {
      sessions.cut(node.id());
      node.description().devices().forEach(device -> world.clear(device.deviceId()));
    } else if (!down && lost.remove(node.id())) {
      sessions.comeBack(node.id());
    }
    for (int device = 0; device < node.description().devices().size(); device++) {
      speed(node.description().devices().get(device).deviceId(), device, index, mine, seconds);
    }
  }

  private void speed(String deviceId, int device, int node, List<FaultEvent> mine, double seconds) {
    DeviceClimate climate = climates.get(deviceId);
    if (climate == null) {
      return;
    }
    double speed = bases.getOrDefault(deviceId, 1.0) * climate.speedAt(seconds);
    double link = 1;
    for (FaultEvent event : mine) {
      if (event.holds(node, device, seconds)) {
        speed *= event.effect() == FaultEvent.Effect.SLOW ? event.factor() : 1;
        link *= event.effect() == FaultEvent.Effect.SLOW_LINK ? event.factor() : 1;
      }
    }
    world.setSpeed(deviceId, Math.clamp(speed, LEAST_SPEED, SimulatedDeviceSpec.MAX_SPEED));
    world.setLinkSpeed(deviceId, Math.max(LEAST_SPEED, link));
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }
}
