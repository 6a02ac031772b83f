package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.ShardKind;
import dev.hejin.scheduler.model.Shard;
import java.util.TreeMap;

/** Shards and routes. */
public final class ShardCodec {
  private ShardCodec() {}

  /** A shard with its size on the device. */
  public static dev.hejin.proto.agent.v1.Shard toProto(Shard shard, long sizeBytes) {
    dev.hejin.proto.agent.v1.Shard.Builder builder =
        dev.hejin.proto.agent.v1.Shard.newBuilder()
            .setKind(ShardKind.valueOf("SHARD_KIND_" + shard.kind().name()))
            .setPrecision(PrecisionCodec.toProto(shard.precision()))
            .setSizeBytes(sizeBytes);
    if (shard.layer() >= 0) {
      builder.setLayer(shard.layer());
    }
    if (shard.expert() >= 0) {
      builder.setExpert(shard.expert());
    }
    return builder.build();
  }

  /** A shard that an agent holds. */
  public static Shard fromProto(String field, dev.hejin.proto.agent.v1.Shard shard) {
    Shard.Kind kind =
        switch (shard.getKind()) {
          case SHARD_KIND_EMBEDDING -> Shard.Kind.EMBEDDING;
          case SHARD_KIND_LAYER -> Shard.Kind.LAYER;
          case SHARD_KIND_EXPERT -> Shard.Kind.EXPERT;
          case SHARD_KIND_HEAD -> Shard.Kind.HEAD;
          case SHARD_KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw new InvalidMessageException(
                  field + ".kind",
                  "shard kind is " + shard.getKind() + "\nMaybe a newer protocol.");
        };
    try {
      return new Shard(
          kind,
          shard.hasLayer() ? shard.getLayer() : -1,
          shard.hasExpert() ? shard.getExpert() : -1,
          PrecisionCodec.fromProto(field + ".precision", shard.getPrecision()));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(field, String.valueOf(e.getMessage()));
    }
  }

  /** A route that an agent serves. */
  public static dev.hejin.scheduler.plan.LayerRoute fromProto(String field, LayerRoute route) {
    if (route.getExpertsCount() != route.getExpertSharesCount()) {
      throw new InvalidMessageException(
          field + ".expert_shares",
          route.getExpertSharesCount() + " shares for " + route.getExpertsCount() + " experts");
    }
    if (route.getLayer() < 0) {
      throw new InvalidMessageException(
          field + ".layer", "layer is " + Integer.toUnsignedString(route.getLayer()));
    }
    TreeMap<Integer, Double> shares = new TreeMap<>();
    for (int i = 0; i < route.getExpertsCount(); i++) {
      shares.put(route.getExperts(i), route.getExpertShares(i));
    }
    try {
      return new dev.hejin.scheduler.plan.LayerRoute(route.getTokenShare(), shares);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(field, String.valueOf(e.getMessage()));
    }
  }

  /** A route as it goes to a device. */
  public static LayerRoute toProto(int layer, dev.hejin.scheduler.plan.LayerRoute route) {
    LayerRoute.Builder builder =
        LayerRoute.newBuilder().setLayer(layer).setTokenShare(route.tokenShare());
    route.experts().forEach((expert, share) -> builder.addExperts(expert).addExpertShares(share));
    return builder.build();
  }
}
