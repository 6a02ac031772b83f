package dev.hejin.agent.app.probe.nvidia;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.LinkKind;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.PeerLink;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * NVIDIA through NVML. The library is opened and closed with each call: so a driver that was
 * updated, or a device that came back, is seen.
 */
public final class NvmlProbe implements Probe {
  private static final int MOST_LINKS = 36;
  private static final int REMOTE_IS_SWITCH = 2;

  private final String libraryName;

  /**
   * @param libraryName soname or path
   */
  public NvmlProbe(String libraryName) {
    this.libraryName = libraryName;
  }

  @Override
  public String vendor() {
    return SmiProbe.VENDOR;
  }

  @Override
  public Inventory discover() {
    return ask(true);
  }

  @Override
  public Inventory sample() {
    return ask(false);
  }

  private Inventory ask(boolean all) {
    Optional<NvmlLibrary> opened = NvmlLibrary.open(libraryName);
    if (opened.isEmpty()) {
      return Inventory.nothing(vendor());
    }
    Readings readings = new Readings().from("NVML");
    try (NvmlLibrary library = opened.get()) {
      int status = library.call("nvmlInit_v2");
      if (status == NvmlStatus.SUCCESS) {
        try {
          devices(library, readings, all);
        } finally {
          library.call("nvmlShutdown");
        }
      } else {
        readings.problem("NVML: " + NvmlStatus.words(status));
      }
    }
    return readings.inventory(vendor(), "NVML");
  }

  private static void devices(NvmlLibrary library, Readings readings, boolean all) {
    Map<String, NvmlDevice> devices = new LinkedHashMap<>();
    String driver = driver(library);
    int count = count(library);
    for (int index = 0; index < count; index++) {
      String key = String.valueOf(index);
      ReadingBuilder reading = readings.at(key).driver(driver);
      NvmlDevice device = device(library, index, reading);
      if (device != null) {
        NvmlReader.identify(device, reading);
        NvmlReader.sample(device, reading);
        slices(device, key, readings);
        devices.put(key, device);
      }
    }
    if (all) {
      devices.forEach((key, device) -> links(key, device, readings));
      topology(devices, readings);
    }
  }

  private static @Nullable String driver(NvmlLibrary library) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(80);
      boolean told = library.call("nvmlSystemGetDriverVersion", out, 80) == NvmlStatus.SUCCESS;
      return told ? out.getString(0) : null;
    }
  }

  private static int count(NvmlLibrary library) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_INT);
      return library.call("nvmlDeviceGetCount_v2", out) == NvmlStatus.SUCCESS
          ? out.get(JAVA_INT, 0)
          : 0;
    }
  }

  /** A lost device has an index, but no handle. */
  private static @Nullable NvmlDevice device(
      NvmlLibrary library, int index, ReadingBuilder reading) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      int status = library.call("nvmlDeviceGetHandleByIndex_v2", index, out);
      if (status == NvmlStatus.SUCCESS) {
        return new NvmlDevice(library, out.get(ADDRESS, 0));
      }
      reading.atBest(Health.FAILED, NvmlStatus.words(status));
      return null;
    }
  }

  private static void slices(NvmlDevice device, String key, Readings readings) {
    boolean on = device.two("nvmlDeviceGetMigMode").map(mode -> mode[0] == 1).orElse(false);
    Double most = on ? device.number("nvmlDeviceGetMaxMigDeviceCount") : null;
    for (int index = 0; most != null && index < most; index++) {
      String sliceKey = key + "/mig" + index;
      device
          .slice(index)
          .ifPresent(
              slice -> {
                ReadingBuilder reading = readings.at(sliceKey).partitionOf(key).card(key);
                reading.name(slice.text("nvmlDeviceGetName")).uuid(slice.text("nvmlDeviceGetUUID"));
                NvmlReader.memory(slice, reading);
              });
    }
  }

  /** Active links; those to a switch reach every device that has some too. */
  private static void links(String key, NvmlDevice device, Readings readings) {
    Double rate = NvmlReader.linkBytesPerSecond(device);
    Map<String, Integer> peers = new TreeMap<>();
    int active = 0;
    for (int link = 0; link < MOST_LINKS; link++) {
      Double state = device.number("nvmlDeviceGetNvLinkState", link);
      if (state == null || state != 1) {
        continue;
      }
      active++;
      Double type = device.number("nvmlDeviceGetNvLinkRemoteDeviceType", link);
      String bus = NvmlReader.remoteBusId(device, link);
      boolean isSwitch = type != null && type == REMOTE_IS_SWITCH;
      if (bus != null && !isSwitch) {
        readings.atBus(bus).ifPresent(peer -> peers.merge(peer.key(), 1, Integer::sum));
      }
    }
    if (active > 0) {
      ReadingBuilder reading = readings.at(key);
      reading.figure(Metric.SCALE_UP_LINKS_COUNT, (double) active);
      reading.figure(Metric.SCALE_UP_BYTES_PER_SECOND, rate == null ? null : rate * active);
    }
    peers.forEach(
        (peer, count) ->
            readings.link(
                new PeerLink(
                    key,
                    peer,
                    LinkKind.SCALE_UP,
                    "NV" + count,
                    rate == null ? null : rate * count)));
  }

  private static void topology(Map<String, NvmlDevice> devices, Readings readings) {
    devices.forEach(
        (from, device) ->
            devices.forEach(
                (to, other) -> {
                  Double level = from.equals(to) ? null : device.ancestor(other);
                  if (level != null) {
                    readings.link(
                        new PeerLink(from, to, LinkKind.PCIE, level(level.intValue()), null));
                  }
                }));
  }

  private static String level(int level) {
    return switch (level) {
      case 0 -> "INTERNAL";
      case 10 -> "PIX";
      case 20 -> "PXB";
      case 30 -> "PHB";
      case 40 -> "NODE";
      default -> "SYS";
    };
  }
}
