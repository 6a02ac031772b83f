package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.ArrayList;
import java.util.List;

/** Models for tests, built by hand. */
final class Models {
  private Models() {}

  /** 61 layers of which 3 are dense, 256 experts, 8 for each token: 671 G weights. */
  static ModelSpec deepSeekV3() {
    return deepSeekV3(Precision.FP8);
  }

  static ModelSpec deepSeekV3(Precision expertPrecision) {
    long hidden = 7168;
    // Scores over 512 + 64 elements and values over 512, 128 heads, multiply-add counted twice.
    AttentionSpec attention =
        new AttentionSpec(
            AttentionKind.MLA, 187_107_328L, 576, 2.0 * 128 * (576 + 512), Integer.MAX_VALUE);
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < 61; i++) {
      layers.add(
          i < 3
              ? new LayerSpec(i, attention, 3 * hidden * 18432, 0, 2 * hidden, 0, 0, 0, 1, 1)
              : new LayerSpec(
                  i,
                  attention,
                  3 * hidden * 2048,
                  hidden * 256 + 256,
                  2 * hidden,
                  256,
                  3 * hidden * 2048,
                  8,
                  8,
                  4));
    }
    return new ModelSpec(
        "deepseek-v3",
        "DeepseekV3ForCausalLM",
        7168,
        129_280,
        false,
        Precision.FP8,
        expertPrecision,
        Precision.BF16,
        layers,
        1,
        hidden,
        List.of());
  }

  /** A small MoE in BF16: the first layer dense. */
  static ModelSpec smallMoe(int layerCount, int experts, int perToken) {
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < layerCount; i++) {
      layers.add(layer(i, i == 0 ? 0 : experts, perToken));
    }
    return model("small-moe", layers);
  }

  static ModelSpec dense(int layerCount) {
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < layerCount; i++) {
      layers.add(layer(i, 0, 0));
    }
    return model("dense", layers);
  }

  private static LayerSpec layer(int index, int experts, int perToken) {
    long hidden = 2048;
    AttentionSpec attention =
        new AttentionSpec(AttentionKind.GQA, 10_000_000L, 1024, 4.0 * 2048, Integer.MAX_VALUE);
    return experts == 0
        ? new LayerSpec(index, attention, 3 * hidden * 8192, 0, 2 * hidden, 0, 0, 0, 1, 1)
        : new LayerSpec(
            index,
            attention,
            0,
            hidden * experts,
            2 * hidden,
            experts,
            3 * hidden * 1024,
            perToken,
            1,
            1);
  }

  private static ModelSpec model(String name, List<LayerSpec> layers) {
    return new ModelSpec(
        name,
        "TestForCausalLM",
        2048,
        32_000,
        false,
        Precision.BF16,
        Precision.BF16,
        Precision.BF16,
        layers,
        0,
        2048,
        List.of());
  }
}
