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

/** Pools of three chips, as large as asked, with round figures near those of the catalogue. */
final class MixedPool {
  private static final double GIB = 1L << 30;

  private record Chip(
      String vendor,
      String name,
      double gib,
      double gigabytesPerSecond,
      double bf16,
      double eight) {}

  private static final List<Chip> CHIPS =
      List.of(
          new Chip("NVIDIA", "H20", 96, 4000, 148e12, 296e12),
          new Chip("Huawei", "910B2", 64, 1600, 376e12, 608e12),
          new Chip("Moore Threads", "S4000", 48, 768, 100e12, 200e12));

  private MixedPool() {}

  /** Nodes of 8 devices, chips in turn. */
  static Pool of(int devices) {
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < devices / 8; n++) {
      Chip chip = CHIPS.get(n % CHIPS.size());
      String id = "node-" + n;
      List<Device> here = new ArrayList<>();
      for (int d = 0; d < 8; d++) {
        here.add(device(chip, id, id + "/" + d));
      }
      nodes.add(new Node(id, here, figure(50e9)));
    }
    return Pool.of(nodes);
  }

  private static Device device(Chip chip, String node, String id) {
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    rates.put(Precision.BF16, figure(chip.bf16()));
    rates.put(
        chip.vendor().equals("NVIDIA") ? Precision.FP8 : Precision.INT8, figure(chip.eight()));
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
