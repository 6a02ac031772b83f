package dev.hejin.agent.app.command;

import dev.hejin.agent.app.observe.AgentMeters;
import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.app.telemetry.TelemetrySource;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.simulation.DeviceCondition;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.agent.simulation.PartSeconds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks the probes now and then, on a thread of its own, for tools may be slow; telemetry takes what
 * was told last. A device that no longer answers, or does not tell its memory in use, gets no
 * samples: the message has no way to say "unknown". Devices that appear, fail or come back change
 * the node, of which the listener is told.
 */
final class NodeSampler implements TelemetrySource, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(NodeSampler.class);

  /** Rounds between two looks for devices of vendors that were not there. */
  private static final int DISCOVER_ROUNDS = 6;

  private final NodeProbes probes;
  private final Probe host;
  private final Function<List<Inventory>, ProbedNode> describe;
  private final Consumer<ProbedNode> whenChanged;
  private final Presence presence;
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("hejin-probe").daemon().factory());
  private final boolean withHost;
  private List<Inventory> found;
  private int rounds;
  private volatile ProbedNode node;
  private volatile Map<ProbedNode.DeviceName, DeviceReading> latest;

  /**
   * @param node as it was told of
   * @param found what it was made of
   * @param describe makes a node of inventories
   * @param whenChanged gets the node whenever it is another one, on the thread of the probes
   */
  NodeSampler(
      ProbedNode node,
      List<Inventory> found,
      NodeProbes probes,
      Probe host,
      Function<List<Inventory>, ProbedNode> describe,
      Consumer<ProbedNode> whenChanged) {
    this.node = node;
    this.found = List.copyOf(found);
    this.probes = probes;
    this.host = host;
    this.describe = describe;
    this.whenChanged = whenChanged;
    this.presence = new Presence(node);
    this.withHost = found.stream().anyMatch(each -> each.vendor().equals(host.vendor()));
    this.latest = byName(found);
  }

  void start(Duration interval) {
    long millis = interval.toMillis();
    var unused =
        loop.scheduleWithFixedDelay(this::askSafely, millis, millis, TimeUnit.MILLISECONDS);
  }

  private void askSafely() {
    try {
      ask();
    } catch (RuntimeException e) {
      LOG.error("the devices could not be asked; trying again", e);
    }
  }

  void ask() {
    long start = System.nanoTime();
    List<Inventory> answers = new ArrayList<>(probes.sample(found));
    if (withHost) {
      answers.add(host.sample());
    }
    AgentMeters.probed((System.nanoTime() - start) / 1e9);
    Map<ProbedNode.DeviceName, DeviceReading> now = byName(answers);
    latest = now;
    boolean changed = tellChanges(presence.see(node.keys(), now));
    boolean fresh = hasNew(now);
    rounds++;
    if (changed || fresh || rounds % DISCOVER_ROUNDS == 0) {
      renew();
    }
  }

  private boolean tellChanges(Set<ProbedNode.DeviceName> changed) {
    for (ProbedNode.DeviceName name : changed) {
      String reason = presence.failed().get(name);
      if (reason != null) {
        LOG.warnf("%s %s cannot be used: %s", name.vendor(), name.key(), reason);
      } else {
        LOG.infof("%s %s can be used again", name.vendor(), name.key());
      }
    }
    return !changed.isEmpty();
  }

  /** A device that is neither known nor cut into slices that are. */
  private boolean hasNew(Map<ProbedNode.DeviceName, DeviceReading> now) {
    return now.keySet().stream()
        .filter(name -> !node.keys().contains(name))
        .anyMatch(
            name -> now.values().stream().noneMatch(part -> part.partitionOf().equals(name.key())));
  }

  /** Looks at everything again, and tells of the node when it is another one. */
  private void renew() {
    List<Inventory> all = new ArrayList<>(probes.discover());
    if (withHost) {
      all.add(host.discover());
    }
    ProbedNode seen = describe.apply(all);
    presence.learn(seen, node.keys());
    ProbedNode next = seen.after(node, presence.failed());
    found = List.copyOf(all);
    if (!isSame(next, node)) {
      Set<String> before = ids(node);
      ids(next).stream()
          .filter(id -> !before.contains(id))
          .forEach(id -> LOG.infof("%s has appeared", id));
      node = next;
      latest = byName(all);
      whenChanged.accept(next);
    }
  }

  /** The same devices, of which the same can be used: figures that waver a little are no news. */
  private static boolean isSame(ProbedNode one, ProbedNode other) {
    return one.keys().equals(other.keys()) && usable(one).equals(usable(other));
  }

  private static Set<String> ids(ProbedNode node) {
    return node.description().devices().stream()
        .map(DeviceDescription::deviceId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> usable(ProbedNode node) {
    return node.description().devices().stream()
        .filter(device -> device.health() != Health.FAILED)
        .map(DeviceDescription::deviceId)
        .toList();
  }

  private static Map<ProbedNode.DeviceName, DeviceReading> byName(List<Inventory> inventories) {
    Map<ProbedNode.DeviceName, DeviceReading> readings = new HashMap<>();
    for (Inventory inventory : inventories) {
      for (DeviceReading reading : inventory.devices()) {
        readings.put(new ProbedNode.DeviceName(inventory.vendor(), reading.key()), reading);
      }
    }
    return readings;
  }

  @Override
  public List<DeviceWindow> observe(long window, double seconds) {
    ProbedNode now = node;
    Map<ProbedNode.DeviceName, DeviceReading> readings = latest;
    List<DeviceWindow> windows = new ArrayList<>();
    for (int i = 0; i < now.keys().size(); i++) {
      DeviceReading reading = readings.get(now.keys().get(i));
      if (reading != null && reading.figure(Metric.MEMORY_USED_BYTES) != null) {
        windows.add(window(now.description(), i, reading));
      }
    }
    return windows;
  }

  /** Nothing is served. A temperature that nobody tells stays unset, which reads as zero. */
  private static DeviceWindow window(NodeDescription node, int index, DeviceReading reading) {
    DeviceDescription device = node.devices().get(index);
    return new DeviceWindow(
        node.nodeId(),
        device.deviceId(),
        "",
        0,
        0,
        PartSeconds.ZERO,
        (long) orUnset(reading.figure(Metric.MEMORY_USED_BYTES)),
        (long) orUnset(reading.figure(Metric.MEMORY_TOTAL_BYTES)),
        orUnset(reading.figure(Metric.TEMPERATURE_CELSIUS)),
        device.simulated(),
        List.of(),
        new DeviceCondition(reading.health(), reading.remarks(), reading.figures()));
  }

  private static double orUnset(@Nullable Double figure) {
    return figure == null ? 0 : figure;
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }
}
