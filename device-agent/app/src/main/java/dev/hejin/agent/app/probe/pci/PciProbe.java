package dev.hejin.agent.app.probe.pci;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Readings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows accelerators by vendor id and class alone. Such a device counts as failed: without driver
 * or tool nobody can use it, and nothing else is known of it.
 */
public final class PciProbe {
  /** By PCI vendor id. Biren is missing: we know no source for its id. */
  private static final Map<String, String> VENDORS = vendors();

  /** 3D controllers, processing accelerators, coprocessors. */
  private static final Set<String> ACCELERATOR_CLASSES = Set.of("0302", "1200", "0b40");

  /** Vendors that also sell what shows as a graphics card, under these ids. */
  private static final Set<String> GRAPHICS_VENDORS = Set.of("10de", "1002", "1ed5", "9999");

  private static final Set<String> GRAPHICS_CLASSES = Set.of("0300", "0380");

  private final PciBus bus;

  public PciProbe(PciBus bus) {
    this.bus = bus;
  }

  private static Map<String, String> vendors() {
    Map<String, String> vendors = new LinkedHashMap<>();
    vendors.put("10de", "NVIDIA");
    vendors.put("19e5", "Huawei");
    vendors.put("cabc", "Cambricon");
    vendors.put("1d94", "Hygon");
    vendors.put("1002", "AMD");
    vendors.put("1ed5", "Moore Threads");
    vendors.put("9999", "MetaX");
    vendors.put("1e36", "Enflame");
    vendors.put("1d22", "Kunlunxin");
    vendors.put("1e3e", "Iluvatar");
    vendors.put("1ded", "Alibaba T-Head");
    vendors.put("1e27", "Denglin");
    vendors.put("1edb", "Vastai");
    return vendors;
  }

  /**
   * The accelerators that no other probe has found.
   *
   * @param found what the others say; a vendor whose tool tells no addresses is taken at its word
   */
  public List<Inventory> discover(List<Inventory> found) {
    Map<String, List<PciFunction>> missing = new LinkedHashMap<>();
    for (PciFunction function : bus.functions()) {
      String vendor = VENDORS.get(function.vendorId());
      if (vendor != null && isAccelerator(function) && !isFound(vendor, function, found)) {
        missing.computeIfAbsent(vendor, key -> new ArrayList<>()).add(function);
      }
    }
    return missing.entrySet().stream()
        .map(entry -> inventory(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static boolean isAccelerator(PciFunction function) {
    return ACCELERATOR_CLASSES.contains(function.classCode())
        || (GRAPHICS_CLASSES.contains(function.classCode())
            && GRAPHICS_VENDORS.contains(function.vendorId()));
  }

  private static boolean isFound(String vendor, PciFunction function, List<Inventory> found) {
    return found.stream()
        .filter(inventory -> inventory.vendor().equals(vendor))
        .flatMap(inventory -> inventory.devices().stream())
        .anyMatch(device -> device.busId().isEmpty() || device.busId().equals(function.address()));
  }

  private static Inventory inventory(String vendor, List<PciFunction> functions) {
    Readings readings = new Readings().from("PCI bus");
    for (PciFunction function : functions) {
      readings
          .at("pci-" + function.address())
          .name("PCI " + function.vendorId() + ":" + function.deviceId())
          .busId(function.address())
          .figure(Metric.NUMA_NODE, function.numaNode())
          .atBest(
              Health.FAILED,
              "found by its PCI vendor id alone: driver or tool is missing or fails");
    }
    readings.problem(
        "%d devices are on the PCI bus but no driver or tool tells of them; maybe install %s's driver"
            .formatted(functions.size(), vendor));
    return readings.inventory(vendor, "PCI vendor ids");
  }
}
