package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.StagePlacement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model of one dense and two MoE layers with four experts, on two stages of two devices. */
final class TestPlans {
  static final ModelSpec MODEL =
      new ModelSpec(
          "tiny",
          "Tiny",
          8,
          4,
          false,
          Precision.FP8,
          Precision.FP8,
          Precision.BF16,
          List.of(layer(0, 0), layer(1, 4), layer(2, 4)),
          0,
          0,
          List.of());

  private TestPlans() {}

  private static LayerSpec layer(int index, int experts) {
    boolean moe = experts > 0;
    return new LayerSpec(
        index,
        new AttentionSpec(AttentionKind.GQA, 20, 4, 4, Integer.MAX_VALUE),
        5,
        moe ? 1 : 0,
        1,
        experts,
        moe ? 10 : 0,
        moe ? 1 : 0,
        1,
        1);
  }

  static long bytes(Shard shard) {
    return shard.kind() == Shard.Kind.EXPERT ? 10 : 25;
  }

  static Device device(String id, Health health, String library, Precision precision) {
    return new Device(
        id,
        id.substring(0, id.indexOf('/')),
        "Vendor",
        "Chip",
        Figure.of(200, Provenance.values()[0], "test"),
        Figure.UNKNOWN,
        Map.of(precision, Figure.UNKNOWN),
        Figure.UNKNOWN,
        library,
        Figure.UNKNOWN,
        health,
        true);
  }

  static Device healthy(String id) {
    return device(id, Health.HEALTHY, "LIB", Precision.FP8);
  }

  /** The usual pool with some devices exchanged. */
  static Pool pool(Device... changed) {
    List<Node> nodes = new ArrayList<>();
    for (String node : List.of("a", "b")) {
      List<Device> devices = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Device device = healthy(node + "/" + i);
        for (Device other : changed) {
          device = other.id().equals(device.id()) ? other : device;
        }
        devices.add(device);
      }
      nodes.add(new Node(node, devices, Figure.UNKNOWN));
    }
    return Pool.of(nodes);
  }

  /** Experts 0 and 1 on the first device, 2 and 3 on the second, 3 on both. */
  static LayerPlacement experts() {
    return new LayerPlacement(
        new int[] {0, 0, 0, 1, 1}, new int[] {0, 1, 3, 2, 3}, new double[] {1, 1, 0.25, 1, 0.75});
  }

  static StagePlacement first() {
    return stage(
        0, List.of("a/0", "a/1"), List.of(0.5, 0.5), List.of(LayerPlacement.NONE, experts()));
  }

  static StagePlacement second(LayerPlacement experts) {
    return stage(2, List.of("b/0", "b/1"), List.of(0.25, 0.75), List.of(experts));
  }

  static StagePlacement stage(
      int from, List<String> devices, List<Double> shares, List<LayerPlacement> layers) {
    return new StagePlacement(
        from, from + layers.size(), devices, shares, Precision.FP8, Precision.FP8, layers);
  }

  static Placement placement() {
    return new Placement(List.of(first(), second(experts())));
  }

  static DeviceMemory memory(String id, long weights) {
    return new DeviceMemory(id, 200, weights, 20, 10, 10);
  }

  static List<DeviceMemory> memory() {
    return List.of(memory("a/0", 105), memory("a/1", 95), memory("b/0", 80), memory("b/1", 70));
  }

  static Plan plan(Placement placement, List<DeviceMemory> memory) {
    return new Plan(
        placement,
        memory,
        new Prediction(List.of(), 1, 1, 1, Double.NaN, 1, ""),
        List.of(),
        List.of(),
        "test");
  }
}
