package dev.hejin.agent.app.command;

import dev.hejin.agent.app.link.LocalNode;
import dev.hejin.agent.app.telemetry.TelemetrySource;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.probe.NoEngineDriver;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.simulation.DeviceWindow;
import dev.hejin.agent.simulation.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The drivers of a node whose devices come and go. A device that fails loses its driver, and with
 * it what it held; one that comes back gets a new driver, which asks the engine what is there.
 */
final class DrivenDevices {
  private final Function<NodeDescription, DriverOptions.DrivenNode> drive;
  private final Map<String, DeviceDriver> drivers = new TreeMap<>();
  private final List<SimulatedWorld> worlds = new ArrayList<>();

  /**
   * @param drive makes the drivers of the devices that a description names
   */
  DrivenDevices(Function<NodeDescription, DriverOptions.DrivenNode> drive) {
    this.drive = drive;
  }

  /** Follows the node: drivers for devices that can be used and had none, none for the others. */
  synchronized LocalNode follow(NodeDescription node) {
    Set<String> usable =
        node.devices().stream()
            .filter(device -> device.health() != Health.FAILED)
            .map(DeviceDescription::deviceId)
            .collect(Collectors.toSet());
    drivers.keySet().retainAll(usable);
    List<DeviceDescription> fresh =
        node.devices().stream()
            .filter(device -> usable.contains(device.deviceId()))
            .filter(device -> !drivers.containsKey(device.deviceId()))
            .toList();
    if (!fresh.isEmpty()) {
      DriverOptions.DrivenNode driven = drive.apply(with(node, fresh));
      drivers.putAll(driven.node().drivers());
      SimulatedWorld world = driven.world();
      if (world != null) {
        worlds.add(world);
      }
    }
    Map<String, DeviceDriver> all = new TreeMap<>(drivers);
    node.devices()
        .forEach(device -> all.computeIfAbsent(device.deviceId(), id -> new NoEngineDriver()));
    return new LocalNode(
        worlds.isEmpty()
            ? node
            : with(node, node.devices().stream().map(DeviceDescription::asSimulated).toList()),
        all);
  }

  private static NodeDescription with(NodeDescription node, List<DeviceDescription> devices) {
    return new NodeDescription(
        node.nodeId(), devices, node.networkBandwidthBytesPerSecond(), node.labels());
  }

  /** Simulated devices tell of their work themselves, the others what their probes tell. */
  TelemetrySource beside(TelemetrySource probed) {
    return (window, seconds) -> {
      Map<String, DeviceWindow> windows = new TreeMap<>();
      probed.observe(window, seconds).forEach(each -> windows.put(each.deviceId(), each));
      simulated(window, seconds).forEach(each -> windows.put(each.deviceId(), each));
      return List.copyOf(windows.values());
    };
  }

  /** Of a device that came back the newest world tells. */
  private synchronized List<DeviceWindow> simulated(long window, double seconds) {
    return worlds.stream()
        .flatMap(world -> world.observe(window, seconds).stream())
        .filter(each -> drivers.containsKey(each.deviceId()))
        .toList();
  }
}
