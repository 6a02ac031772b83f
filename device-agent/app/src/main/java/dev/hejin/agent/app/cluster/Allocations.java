package dev.hejin.agent.app.cluster;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What others hold of a node's devices.
 *
 * @param labels of the node that are worth telling
 */
record Allocations(List<Holding> holdings, Map<String, String> labels) {
  static final Allocations NONE = new Allocations(List.of(), Map.of());

  Allocations {
    holdings = List.copyOf(holdings);
    labels = Map.copyOf(labels);
  }

  /**
   * Devices that others hold are as good as failed: nobody may use them. Where a holding names none
   * of the devices that the probes know, it may be any of its vendor.
   */
  List<Inventory> applied(List<Inventory> inventories) {
    if (holdings.isEmpty()) {
      return inventories;
    }
    List<Holding> anyOf =
        holdings.stream().filter(holding -> !isNamed(holding, inventories)).toList();
    return inventories.stream().map(inventory -> applied(inventory, anyOf)).toList();
  }

  private static boolean isNamed(Holding holding, List<Inventory> inventories) {
    return inventories.stream()
        .flatMap(inventory -> inventory.devices().stream())
        .anyMatch(holding::names);
  }

  private Inventory applied(Inventory inventory, List<Holding> anyOf) {
    return new Inventory(
        inventory.vendor(),
        inventory.source(),
        inventory.devices().stream()
            .map(device -> applied(inventory.vendor(), device, anyOf))
            .toList(),
        inventory.links(),
        inventory.problems());
  }

  private DeviceReading applied(String vendor, DeviceReading device, List<Holding> anyOf) {
    Optional<Holding> named = holdings.stream().filter(each -> each.names(device)).findFirst();
    return named
        .or(() -> anyOf.stream().filter(each -> each.vendor().equals(vendor)).findFirst())
        .map(holding -> device.withHealth(Health.FAILED, "allocated to " + holding.holder()))
        .orElse(device);
  }
}
