package dev.hejin.scheduler.benchmark;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/** Pools of six chips of five vendors, as large as asked, with figures near the catalogue's. */
final class MixedPool {
  private static final double GIB = 1L << 30;

  private record Chip(
      String vendor,
      String name,
      double gib,
      double gigabytesPerSecond,
      double bf16,
      double eight) {}

  private static final Chip H20 = new Chip("NVIDIA", "H20", 96, 4000, 148e12, 296e12);
  private static final Chip ASCEND = new Chip("Huawei", "910B2", 64, 1600, 376e12, 608e12);
  private static final Chip HYGON = new Chip("Hygon", "K100_AI", 64, 896, 192e12, 392e12);
  private static final Chip MTHREADS = new Chip("Moore Threads", "S4000", 48, 768, 100e12, 200e12);
  private static final Chip METAX = new Chip("MetaX", "C500", 64, 1800, 240e12, 480e12);
  private static final Chip H800 = new Chip("NVIDIA", "H800", 80, 3350, 989e12, 1978e12);

  /** Six nodes as in the default pool. */
  private static final List<Chip> SMALL = List.of(H20, H20, ASCEND, ASCEND, HYGON, MTHREADS);

  private static final List<Chip> LARGE = List.of(H20, ASCEND, HYGON, MTHREADS, METAX, H800);

  /** Without 8-bit arithmetic, as nothing is published of it. */
  private static final Chip HYGON_BF16 = new Chip("Hygon", "K100_AI", 64, 896, 192e12, 0);

  private MixedPool() {}

  /** Half H20, a quarter Ascend, an eighth of each of two others, as {@code load replan} has it. */
  static Pool ofFourVendors(int devices) {
    int count = devices / 8;
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Chip chip =
          n < count - count / 2
              ? H20
              : n < count - count / 4 ? ASCEND : n < count - count / 8 ? HYGON_BF16 : MTHREADS;
      nodes.add(node(chip, n));
    }
    return Pool.of(nodes);
  }

  /** Nodes of 8 devices: four vendors as in the default pool up to 48 devices, else six chips. */
  static Pool of(int devices) {
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < devices / 8; n++) {
      List<Chip> chips = devices <= 48 ? SMALL : LARGE;
      Chip chip = chips.get(n % chips.size());
      nodes.add(node(chip, n));
    }
    return Pool.of(nodes);
  }

  private static Node node(Chip chip, int number) {
    String id = "node-" + number;
    List<Device> here = new ArrayList<>();
    for (int d = 0; d < 8; d++) {
      here.add(device(chip, id, id + "/" + d));
    }
    return new Node(id, here, figure(50e9));
  }

  private static Device device(Chip chip, String node, String id) {
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    rates.put(Precision.BF16, figure(chip.bf16()));
    if (chip.eight() > 0) {
      rates.put(
          chip.vendor().equals("NVIDIA") ? Precision.FP8 : Precision.INT8, figure(chip.eight()));
    }
    return new Device(
        id,
        node,
        chip.vendor(),
        chip.name(),
        figure(chip.gib() * GIB),
        figure(chip.gigabytesPerSecond() * 1e9),
        rates,
        figure(200e9),
        chip.vendor() + "CL",
        Figure.UNKNOWN,
        Health.HEALTHY,
        true);
  }

  private static Figure figure(double value) {
    return Figure.of(value, Provenance.OPERATOR, "benchmark");
  }
}
