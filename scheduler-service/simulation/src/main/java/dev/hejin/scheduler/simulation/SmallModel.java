package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Models of a few layers, with sizes in small round numbers. */
public final class SmallModel {
  private SmallModel() {}

  /** A model of up to 6 layers and 32 experts; the first layer may be dense. */
  public static ModelSpec random(RandomGenerator random) {
    int layers = 4 + random.nextInt(3);
    int experts = 8 << random.nextInt(3);
    boolean dense = random.nextBoolean();
    List<LayerSpec> specs = new ArrayList<>();
    AttentionSpec attention = new AttentionSpec(AttentionKind.GQA, 20, 4, 4, Integer.MAX_VALUE);
    for (int layer = 0; layer < layers; layer++) {
      boolean moe = layer > 0 || !dense;
      specs.add(
          new LayerSpec(
              layer,
              attention,
              5,
              moe ? 1 : 0,
              1,
              moe ? experts : 0,
              moe ? 10 : 0,
              moe ? 2 : 0,
              1,
              1));
    }
    return new ModelSpec(
        "small-" + layers + "x" + experts,
        "Small",
        8,
        4,
        false,
        Precision.FP8,
        Precision.FP8,
        Precision.BF16,
        specs,
        0,
        0,
        List.of());
  }

  /** Bytes of a shard: 10 for an expert of 8 bits, 25 for a layer, 30 for embedding and head. */
  public static long bytes(Shard shard) {
    long weights =
        switch (shard.kind()) {
          case EXPERT -> 10;
          case LAYER -> 25;
          case EMBEDDING, HEAD -> 30;
        };
    return weights * shard.precision().bits() / 8;
  }
}
