package dev.hejin.deploy.local.truth;

import dev.hejin.agent.model.ShardKind;
import dev.hejin.proto.agent.v1.Shard;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes of shards: as devices really hold them, so that scales and padding count; computed from
 * parameters where no device holds such a shard.
 */
final class ShardSizes {
  private record Key(ShardKind kind, int layer, Precision precision) {}

  private final ModelSpec model;
  private final Map<Key, Long> seen = new HashMap<>();

  ShardSizes(ModelSpec model) {
    this.model = model;
  }

  /** Learns the sizes of what devices hold. */
  void learn(String deployment, List<SimulatedDevice> devices) {
    devices.stream()
        .flatMap(device -> device.getStatesList().stream())
        .filter(state -> state.getDeploymentId().equals(deployment))
        .flatMap(state -> state.getShardsList().stream())
        .forEach(this::learn);
  }

  private void learn(Shard shard) {
    ShardKind kind =
        switch (shard.getKind()) {
          case SHARD_KIND_EMBEDDING -> ShardKind.EMBEDDING;
          case SHARD_KIND_LAYER -> ShardKind.LAYER;
          case SHARD_KIND_EXPERT -> ShardKind.EXPERT;
          case SHARD_KIND_HEAD -> ShardKind.HEAD;
          case SHARD_KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalStateException(
                  "shard kind is " + shard.getKind() + "\nMaybe the agents are of another version");
        };
    int layer = shard.hasLayer() ? shard.getLayer() : -1;
    seen.put(new Key(kind, layer, shard.getPrecision()), shard.getSizeBytes());
  }

  long bytes(ShardKind kind, int layer, Precision precision) {
    Long known = seen.get(new Key(kind, layer, precision));
    if (known != null) {
      return known;
    }
    double weight =
        dev.hejin.scheduler.model.Precision.valueOf(
                precision.name().substring("PRECISION_".length()))
            .bytesPerWeight();
    return (long) Math.ceil(parameters(kind, layer) * weight);
  }

  private long parameters(ShardKind kind, int layer) {
    return switch (kind) {
      case EMBEDDING -> model.embeddingParameters();
      case HEAD -> model.headParameters();
      case LAYER -> layer(layer).baseParameters();
      case EXPERT -> layer(layer).expertParameters();
    };
  }

  private LayerSpec layer(int index) {
    return model.layers().get(index);
  }
}
