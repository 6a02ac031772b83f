package dev.hejin.agent.app.cluster;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
   *
   * @param known devices with their names: what is asked often tells figures, and few names
   */
  List<Inventory> applied(List<Inventory> answers, List<Inventory> known) {
    if (holdings.isEmpty()) {
      return answers;
    }
    List<Inventory> told = Stream.concat(answers.stream(), known.stream()).toList();
    List<Holding> anyOf = holdings.stream().filter(holding -> !isNamed(holding, told)).toList();
    Map<Device, Holding> named = named(told);
    return answers.stream().map(inventory -> applied(inventory, named, anyOf)).toList();
  }

  private static boolean isNamed(Holding holding, List<Inventory> inventories) {
    return inventories.stream()
        .flatMap(inventory -> inventory.devices().stream())
        .anyMatch(holding::names);
  }

  private Map<Device, Holding> named(List<Inventory> inventories) {
    Map<Device, Holding> named = new HashMap<>();
    for (Inventory inventory : inventories) {
      for (DeviceReading device : inventory.devices()) {
        holdings.stream()
            .filter(each -> each.names(device))
            .findFirst()
            .ifPresent(
                each -> named.putIfAbsent(new Device(inventory.vendor(), device.key()), each));
      }
    }
    return named;
  }

  /** As its probe calls it, whatever is asked. */
  private record Device(String vendor, String key) {}

  private static Inventory applied(
      Inventory inventory, Map<Device, Holding> named, List<Holding> anyOf) {
    Optional<Holding> any =
        anyOf.stream().filter(each -> each.vendor().equals(inventory.vendor())).findFirst();
    return new Inventory(
        inventory.vendor(),
        inventory.source(),
        inventory.devices().stream()
            .map(
                device ->
                    Optional.ofNullable(named.get(new Device(inventory.vendor(), device.key())))
                        .or(() -> any)
                        .map(holding -> withheld(device, holding))
                        .orElse(device))
            .toList(),
        inventory.links(),
        inventory.problems());
  }

  private static DeviceReading withheld(DeviceReading device, Holding holding) {
    return device.withHealth(Health.FAILED, "allocated to " + holding.holder());
  }
}
