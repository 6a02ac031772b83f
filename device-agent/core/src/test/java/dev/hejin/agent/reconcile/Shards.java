package dev.hejin.agent.reconcile;

import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import java.util.Collections;
import java.util.List;

/** Small shards, routes and shapes. */
public final class Shards {
  private Shards() {}

  public static Shard layer(int layer, long sizeBytes) {
    return new Shard(
        new ShardKey(ShardKind.LAYER, layer, ShardKey.NONE, Precision.BF16), sizeBytes);
  }

  public static Shard expert(int layer, int expert, long sizeBytes) {
    return new Shard(new ShardKey(ShardKind.EXPERT, layer, expert, Precision.FP8), sizeBytes);
  }

  public static LayerRoute route(int layer, double tokenShare, Integer... experts) {
    return new LayerRoute(
        layer, tokenShare, List.of(experts), Collections.nCopies(experts.length, 1.0));
  }

  /** A model of two layers and eight experts. */
  public static ServingShape shape(long kvCacheBytes) {
    return shape(kvCacheBytes, 256);
  }

  public static ServingShape shape(long kvCacheBytes, int microbatchTokens) {
    return new ServingShape(
        microbatchTokens,
        4096,
        7168,
        2,
        8,
        1152,
        139_264,
        kvCacheBytes,
        44_040_192,
        Precision.BF16,
        Precision.FP8,
        List.of(200_000_000L, 200_000_000L),
        0);
  }
}
