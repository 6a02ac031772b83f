package dev.hejin.agent.app.cluster;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which devices of a node others hold.
 *
 * @param holders by UUID or PCI address, in lower case, who holds the device
 * @param unnamed by vendor, who holds some of its devices of which nobody tells which
 * @param labels of the node that are worth telling
 */
record Allocations(
    Map<String, String> holders, Map<String, String> unnamed, Map<String, String> labels) {
  static final Allocations NONE = new Allocations(Map.of(), Map.of(), Map.of());

  Allocations {
    holders = Map.copyOf(holders);
    unnamed = Map.copyOf(unnamed);
    labels = Map.copyOf(new TreeMap<>(labels));
  }

  /** Devices that others hold are as good as failed: nobody may use them. */
  List<Inventory> applied(List<Inventory> inventories) {
    if (holders.isEmpty() && unnamed.isEmpty()) {
      return inventories;
    }
    return inventories.stream()
        .map(
            inventory ->
                new Inventory(
                    inventory.vendor(),
                    inventory.source(),
                    inventory.devices().stream()
                        .map(device -> applied(inventory.vendor(), device))
                        .toList(),
                    inventory.links(),
                    inventory.problems()))
        .toList();
  }

  private DeviceReading applied(String vendor, DeviceReading device) {
    return holder(vendor, device)
        .map(holder -> device.withHealth(Health.FAILED, "allocated to " + holder))
        .orElse(device);
  }

  private Optional<String> holder(String vendor, DeviceReading device) {
    for (String id : List.of(device.uuid(), device.busId())) {
      String holder = holders.get(id.toLowerCase(Locale.ROOT));
      if (!id.isEmpty() && holder != null) {
        return Optional.of(holder);
      }
    }
    return Optional.ofNullable(unnamed.get(vendor));
  }
}
