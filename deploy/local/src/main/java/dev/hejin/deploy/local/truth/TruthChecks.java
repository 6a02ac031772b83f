package dev.hejin.deploy.local.truth;

import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.Shard;
import dev.hejin.proto.agent.v1.ShardKind;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What must hold on every device at every moment. */
final class TruthChecks {
  private TruthChecks() {}

  /** Violations in words; empty when all holds. */
  static List<String> violations(List<SimulatedDevice> devices) {
    List<String> violations = new ArrayList<>();
    for (SimulatedDevice device : devices) {
      if (device.getMemoryUsedBytes() > device.getMemoryBytes()) {
        violations.add(
            device.getDeviceId()
                + " uses "
                + device.getMemoryUsedBytes()
                + " of "
                + device.getMemoryBytes()
                + " bytes");
      }
      device.getStatesList().forEach(state -> routes(device.getDeviceId(), state, violations));
    }
    return violations;
  }

  private static void routes(String device, DeviceState state, List<String> violations) {
    Set<Long> loaded = new HashSet<>();
    for (Shard shard : state.getShardsList()) {
      if (shard.getKind() == ShardKind.SHARD_KIND_LAYER) {
        loaded.add(key(shard.getLayer(), -1));
      } else if (shard.getKind() == ShardKind.SHARD_KIND_EXPERT) {
        loaded.add(key(shard.getLayer(), shard.getExpert()));
      }
    }
    for (LayerRoute route : state.getRoutesList()) {
      if (route.getTokenShare() > 0 && !loaded.contains(key(route.getLayer(), -1))) {
        violations.add(device + " serves layer " + route.getLayer() + " without its weights");
      }
      for (int expert : route.getExpertsList()) {
        if (!loaded.contains(key(route.getLayer(), expert))) {
          violations.add(
              device
                  + " serves expert "
                  + expert
                  + " of layer "
                  + route.getLayer()
                  + " without its weights");
        }
      }
    }
  }

  private static long key(int layer, int expert) {
    return ((long) layer << Integer.SIZE) + expert;
  }
}
