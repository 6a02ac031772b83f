package dev.hejin.agent.app.command;

import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.app.telemetry.TelemetrySource;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks the probes now and then, on a thread of its own, for tools may be slow; telemetry takes what
 * was told last. A device that no longer answers, or does not tell its memory in use, gets no
 * samples: the message has no way to say "unknown".
 */
final class NodeSampler implements TelemetrySource, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(NodeSampler.class);

  private final ProbedNode node;
  private final List<Inventory> found;
  private final NodeProbes probes;
  private final Probe host;
  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("hejin-probe").daemon().factory());
  private final Set<ProbedNode.DeviceName> gone = ConcurrentHashMap.newKeySet();
  private final Set<ProbedNode.DeviceName> fresh = ConcurrentHashMap.newKeySet();
  private volatile Map<ProbedNode.DeviceName, DeviceReading> latest;

  NodeSampler(ProbedNode node, List<Inventory> found, NodeProbes probes, Probe host) {
    this.node = node;
    this.found = List.copyOf(found);
    this.probes = probes;
    this.host = host;
    this.latest = byName(found);
  }

  void start(Duration interval) {
    long millis = interval.toMillis();
    var unused = loop.scheduleWithFixedDelay(this::ask, millis, millis, TimeUnit.MILLISECONDS);
  }

  void ask() {
    List<Inventory> answers = new ArrayList<>(probes.sample(found));
    if (found.stream().anyMatch(inventory -> inventory.vendor().equals(host.vendor()))) {
      answers.add(host.sample());
    }
    Map<ProbedNode.DeviceName, DeviceReading> now = byName(answers);
    tellChanges(now);
    latest = now;
  }

  /** Each device that comes or goes is told once. */
  private void tellChanges(Map<ProbedNode.DeviceName, DeviceReading> now) {
    for (ProbedNode.DeviceName name : node.keys()) {
      if (!now.containsKey(name) && gone.add(name)) {
        LOG.warnf("%s %s no longer answers: no samples of it", name.vendor(), name.key());
      } else if (now.containsKey(name) && gone.remove(name)) {
        LOG.infof("%s %s answers again", name.vendor(), name.key());
      }
    }
    for (Map.Entry<ProbedNode.DeviceName, DeviceReading> each : now.entrySet()) {
      ProbedNode.DeviceName name = each.getKey();
      boolean cut = now.values().stream().anyMatch(part -> part.partitionOf().equals(name.key()));
      if (!cut && !node.keys().contains(name) && fresh.add(name)) {
        LOG.warnf(
            "%s %s has appeared: the scheduler learns of it when the agent starts again",
            name.vendor(), name.key());
      }
    }
  }

  /** Devices that do not answer now. */
  Set<ProbedNode.DeviceName> gone() {
    return Set.copyOf(gone);
  }

  /** Devices that were not there when the agent started. */
  Set<ProbedNode.DeviceName> fresh() {
    return Set.copyOf(fresh);
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
    Map<ProbedNode.DeviceName, DeviceReading> readings = latest;
    List<DeviceWindow> windows = new ArrayList<>();
    for (int i = 0; i < node.keys().size(); i++) {
      DeviceReading reading = readings.get(node.keys().get(i));
      if (reading != null && reading.figure(Metric.MEMORY_USED_BYTES) != null) {
        windows.add(window(i, reading));
      }
    }
    return windows;
  }

  /** Nothing is served. A temperature that nobody tells stays unset, which reads as zero. */
  private DeviceWindow window(int index, DeviceReading reading) {
    var device = node.description().devices().get(index);
    return new DeviceWindow(
        node.description().nodeId(),
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
