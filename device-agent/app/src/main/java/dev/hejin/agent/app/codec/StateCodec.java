package dev.hejin.agent.app.codec;

import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.proto.agent.v1.DeviceState;

/** What devices hold. */
public final class StateCodec {
  private StateCodec() {}

  /** With every shard. */
  public static DeviceState toProto(HeldState state) {
    DeviceState.Builder builder = brief(state);
    state.shards().forEach(shard -> builder.addShards(toProto(shard)));
    return builder.build();
  }

  /** Without shards. */
  public static DeviceState toBriefProto(HeldState state) {
    return brief(state).build();
  }

  private static DeviceState.Builder brief(HeldState state) {
    DeviceState.Builder builder =
        DeviceState.newBuilder()
            .setDeviceId(state.deviceId())
            .setDeploymentId(state.deploymentId())
            .setEpoch(state.epoch());
    state.routes().forEach(route -> builder.addRoutes(toProto(route)));
    return builder;
  }

  private static dev.hejin.proto.agent.v1.Shard toProto(Shard shard) {
    ShardKey key = shard.key();
    var builder =
        dev.hejin.proto.agent.v1.Shard.newBuilder()
            .setKind(Names.toProto(key.kind()))
            .setPrecision(Names.toProto(key.precision()))
            .setSizeBytes(shard.sizeBytes());
    if (key.layer() != ShardKey.NONE) {
      builder.setLayer(key.layer());
    }
    if (key.expert() != ShardKey.NONE) {
      builder.setExpert(key.expert());
    }
    return builder.build();
  }

  private static dev.hejin.proto.agent.v1.LayerRoute toProto(LayerRoute route) {
    return dev.hejin.proto.agent.v1.LayerRoute.newBuilder()
        .setLayer(route.layer())
        .setTokenShare(route.tokenShare())
        .addAllExperts(route.experts())
        .addAllExpertShares(route.expertShares())
        .build();
  }
}
