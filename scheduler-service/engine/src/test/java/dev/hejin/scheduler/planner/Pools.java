package dev.hejin.scheduler.planner;

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
import java.util.Map;
import java.util.TreeMap;

/** Pools for tests: 8 devices on a node. */
final class Pools {
  private Pools() {}

  /** Nameplate of a type; NaN is unknown. Sizes in GiB, GB/s and Top/s. */
  record Type(
      String vendor,
      String chip,
      double memory,
      double bandwidth,
      double bf16,
      double int8,
      double fp8,
      double link,
      double price) {

    Type priced(double usdPerHour) {
      return new Type(vendor, chip, memory, bandwidth, bf16, int8, fp8, link, usdPerHour);
    }

    Type withMemory(double gib) {
      return new Type(vendor, chip, gib, bandwidth, bf16, int8, fp8, link, price);
    }
  }

  static final double UNKNOWN = Double.NaN;
  static final Type H20 = new Type("NVIDIA", "H20-SXM-96GB", 96, 4000, 148, 296, 296, 450, UNKNOWN);
  static final Type ASCEND = new Type("Huawei", "910B2", 64, 1600, 376, 608, 0, 196, UNKNOWN);
  static final Type HYGON = new Type("Hygon", "K100_AI", 64, 896, 192, 0, 0, UNKNOWN, UNKNOWN);
  static final Type MTT = new Type("Moore Threads", "S4000", 48, 768, 100, 200, 0, 240, UNKNOWN);

  /** 16 H20, 16 Ascend 910B2, 8 Hygon K100_AI and 8 MTT S4000. */
  static Pool mixed() {
    List<Node> nodes = new ArrayList<>(nodes("h20", H20, 2));
    nodes.addAll(nodes("ascend", ASCEND, 2));
    nodes.addAll(nodes("hygon", HYGON, 1));
    nodes.addAll(nodes("mtt", MTT, 1));
    return Pool.of(nodes);
  }

  static List<Node> nodes(String name, Type type, int count) {
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      nodes.add(node(name + "-" + n, type, 8));
    }
    return nodes;
  }

  static Node node(String id, Type type, int devices) {
    List<Device> list = new ArrayList<>();
    for (int d = 0; d < devices; d++) {
      list.add(device(id, d, type, Health.HEALTHY));
    }
    return new Node(id, list, Figure.UNKNOWN);
  }

  /** Four devices of each of two types on one node. */
  static Node mixedNode(String id, Type one, Type another) {
    List<Device> list = new ArrayList<>();
    for (int d = 0; d < 8; d++) {
      list.add(device(id, d, d < 4 ? one : another, Health.HEALTHY));
    }
    return new Node(id, list, Figure.UNKNOWN);
  }

  static Device device(String node, int index, Type type, Health health) {
    Map<Precision, Figure> rates = new EnumMap<>(Precision.class);
    rate(rates, Precision.BF16, type.bf16());
    rate(rates, Precision.INT8, type.int8());
    rate(rates, Precision.FP8, type.fp8());
    return new Device(
        node + "/" + index,
        node,
        type.vendor(),
        type.chip(),
        figure(type.memory() * (1L << 30)),
        figure(type.bandwidth() * 1e9),
        rates,
        figure(type.link() * 1e9),
        type.vendor() + "CL",
        figure(type.price()),
        health,
        true);
  }

  private static void rate(Map<Precision, Figure> rates, Precision precision, double tera) {
    if (!(tera == 0)) {
      rates.put(precision, figure(tera * 1e12));
    }
  }

  static Figure figure(double value) {
    return Double.isNaN(value) ? Figure.UNKNOWN : Figure.of(value, Provenance.CATALOGUE, "test");
  }

  /** The pool without one device. */
  static Pool without(Pool pool, String deviceId) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : pool.nodes()) {
      List<Device> devices = node.devices().stream().filter(d -> !d.id().equals(deviceId)).toList();
      if (!devices.isEmpty()) {
        nodes.add(new Node(node.id(), devices, node.networkBandwidthBytesPerSecond()));
      }
    }
    return new Pool(nodes, pool.speedFactors());
  }

  static Pool withFactor(Pool pool, String deviceId, double factor) {
    Map<String, Double> factors = new TreeMap<>(pool.speedFactors());
    factors.put(deviceId, factor);
    return new Pool(pool.nodes(), factors);
  }
}
