package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What an agent says first. */
public final class RegistrationCodec {
  private RegistrationCodec() {}

  /**
   * @throws InvalidMessageException naming the field
   */
  public static Registration fromProto(Register register) {
    Node node = CapabilityCodec.fromProto("register.capability", register.getCapability());
    if (register.getInstanceId().isBlank()) {
      throw new InvalidMessageException(
          "register.instance_id", "is empty\nMaybe the agent is older than this protocol.");
    }
    List<Registration.Holding> holdings = new ArrayList<>();
    for (int i = 0; i < register.getDevicesCount(); i++) {
      holdings.add(holding("register.devices[" + i + "]", node, register.getDevices(i)));
    }
    return new Registration(node, register.getInstanceId(), register.getAgentVersion(), holdings);
  }

  private static Registration.Holding holding(String field, Node node, DeviceState state) {
    if (node.devices().stream().noneMatch(d -> d.id().equals(state.getDeviceId()))) {
      throw new InvalidMessageException(
          field + ".device_id",
          "device '" + state.getDeviceId() + "' is not in the node's capability");
    }
    List<Shard> shards = new ArrayList<>();
    for (int i = 0; i < state.getShardsCount(); i++) {
      shards.add(ShardCodec.fromProto(field + ".shards[" + i + "]", state.getShards(i)));
    }
    TreeMap<Integer, dev.hejin.scheduler.plan.LayerRoute> routes = new TreeMap<>();
    for (int i = 0; i < state.getRoutesCount(); i++) {
      LayerRoute route = state.getRoutes(i);
      routes.put(route.getLayer(), ShardCodec.fromProto(field + ".routes[" + i + "]", route));
    }
    return new Registration.Holding(state.getDeviceId(), state.getDeploymentId(), shards, routes);
  }
}
