package dev.hejin.deploy.local.truth;

import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.Shard;
import dev.hejin.proto.agent.v1.ShardKind;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.List;

/** Small worlds: a dense layer and a layer of four experts on devices of one or two stages. */
final class Worlds {
  static final ServedModel MODEL = new ServedModel("demo", 64, List.of(0, 4));

  private Worlds() {}

  /** A device that holds and serves both layers and some experts. */
  static SimulatedDevice.Builder device(String id, double share, Integer... experts) {
    DeviceState.Builder state = DeviceState.newBuilder().setDeviceId(id).setDeploymentId("demo");
    for (int layer = 0; layer < 2; layer++) {
      state.addShards(Shard.newBuilder().setKind(ShardKind.SHARD_KIND_LAYER).setLayer(layer));
    }
    for (int expert : experts) {
      state.addShards(
          Shard.newBuilder().setKind(ShardKind.SHARD_KIND_EXPERT).setLayer(1).setExpert(expert));
    }
    state.addRoutes(LayerRoute.newBuilder().setLayer(0).setTokenShare(share));
    LayerRoute.Builder moe = LayerRoute.newBuilder().setLayer(1).setTokenShare(share);
    for (int expert : experts) {
      moe.addExperts(expert).addExpertShares(1);
    }
    state.addRoutes(moe);
    return SimulatedDevice.newBuilder()
        .setDeviceId(id)
        .setMemoryBytes(100)
        .setMemoryUsedBytes(90)
        .setAttentionSeconds(0.004)
        .setExpertSeconds(0.005)
        .setOtherSeconds(0.001)
        .addStates(state);
  }

  static List<SimulatedDevice> healthy() {
    return List.of(device("a/0", 0.5, 0, 1).build(), device("a/1", 0.5, 2, 3).build());
  }
}
