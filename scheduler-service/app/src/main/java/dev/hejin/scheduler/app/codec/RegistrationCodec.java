package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an agent says first. */
public final class RegistrationCodec {
  private static final int MOST_LABELS = 64;
  private static final int MOST_LABEL_CHARACTERS = 512;
  private static final int MOST_REASON_CHARACTERS = 1024;
  private static final int SHOWN_CHARACTERS = 40;

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
    return new Registration(
        node,
        register.getInstanceId(),
        register.getAgentVersion(),
        holdings,
        remarks("register.capability", register.getCapability()));
  }

  private static Registration.Remarks remarks(String field, NodeCapability node) {
    if (node.getLabelsCount() > MOST_LABELS) {
      throw new InvalidMessageException(
          field + ".labels",
          "node '"
              + node.getNodeId()
              + "' has "
              + node.getLabelsCount()
              + " labels; at most "
              + MOST_LABELS
              + " are allowed\nMaybe tell only those that people look for.");
    }
    node.getLabelsMap()
        .forEach(
            (key, value) -> {
              checkLength(field + ".labels", key, MOST_LABEL_CHARACTERS);
              checkLength(field + ".labels", value, MOST_LABEL_CHARACTERS);
            });
    Map<String, String> reasons = new TreeMap<>();
    for (int i = 0; i < node.getDevicesCount(); i++) {
      DeviceCapability device = node.getDevices(i);
      if (!device.getHealthReason().isBlank()) {
        checkLength(
            field + ".devices[" + i + "].health_reason",
            device.getHealthReason(),
            MOST_REASON_CHARACTERS);
        reasons.put(device.getDeviceId(), device.getHealthReason());
      }
    }
    return new Registration.Remarks(node.getLabelsMap(), reasons);
  }

  private static void checkLength(String field, String text, int most) {
    if (text.length() > most) {
      throw new InvalidMessageException(
          field,
          "a text has "
              + text.length()
              + " characters; at most "
              + most
              + " are allowed\nMaybe shorten '"
              + text.substring(0, SHOWN_CHARACTERS)
              + "...'.");
    }
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
