package dev.hejin.scheduler.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small values that are valid, for tests to break or to build on. */
public final class Samples {
  private static final Figure KNOWN = Figure.of(1e12, Provenance.CATALOGUE, "data sheet");

  private Samples() {}

  public static AttentionSpec attention() {
    return new AttentionSpec(AttentionKind.GQA, 1000, 64, 128, Integer.MAX_VALUE);
  }

  public static LayerSpec dense(int index) {
    return new LayerSpec(index, attention(), 300, 0, 4, 0, 0, 0, 1, 1);
  }

  public static LayerSpec moe(int index, int experts) {
    return new LayerSpec(index, attention(), 30, 5, 4, experts, 200, 2, 1, 1);
  }

  /** One dense layer, then two MoE layers of four experts. */
  public static ModelSpec model() {
    return model(List.of(dense(0), moe(1, 4), moe(2, 4)));
  }

  public static ModelSpec model(List<LayerSpec> layers) {
    return new ModelSpec(
        "small",
        "SmallForCausalLM",
        16,
        100,
        false,
        Precision.BF16,
        Precision.FP8,
        Precision.BF16,
        layers,
        0,
        16,
        List.of());
  }

  public static Device device(String nodeId, int index) {
    return new Device(
        nodeId + "/" + index,
        nodeId,
        "NVIDIA",
        "H20",
        Figure.of(96e9, Provenance.DRIVER, "nvml"),
        KNOWN,
        Map.of(Precision.BF16, KNOWN, Precision.FP8, Figure.UNKNOWN),
        KNOWN,
        "NCCL",
        Figure.UNKNOWN,
        Health.HEALTHY,
        false);
  }

  public static Node node(String id, int devices) {
    List<Device> all = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      all.add(device(id, i));
    }
    return new Node(id, all, Figure.of(5e10, Provenance.OPERATOR, "pool file"));
  }

  /** All layers of {@link #model()} on one device. */
  public static StagePlacement stage(String deviceId) {
    LayerPlacement all =
        new LayerPlacement(
            new int[] {0, 0, 0, 0}, new int[] {0, 1, 2, 3}, new double[] {1, 1, 1, 1});
    return new StagePlacement(
        0,
        3,
        List.of(deviceId),
        List.of(1.0),
        Precision.BF16,
        Precision.FP8,
        List.of(LayerPlacement.NONE, all, all));
  }
}
