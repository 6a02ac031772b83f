package dev.hejin.deploy.local.load;

import com.google.protobuf.MessageLite;
import dev.hejin.client.CapabilityMessages;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanPool;
import dev.hejin.proto.inventory.v1.GetNodeRequest;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/** Calls that a measurement makes, by name. */
final class ApiCalls {
  static final String PLAN = "PlanDeployment";

  private static final int PLAN_NODES = 6;
  private static final int PAGE = 100;

  private ApiCalls() {}

  /**
   * Calls that read.
   *
   * @param deployment that there is; empty for none
   */
  static Map<String, Runnable> reads(
      SchedulerConnection connection, String nodeId, String deployment) {
    GetNodeRequest node = GetNodeRequest.newBuilder().setNodeId(nodeId).build();
    ListDevicesRequest devices = ListDevicesRequest.newBuilder().setPageSize(PAGE).build();
    Map<String, Runnable> calls = new LinkedHashMap<>();
    calls.put("GetNode", () -> take(connection.inventory().getNode(node)));
    calls.put("ListDevices", () -> take(connection.inventory().listDevices(devices)));
    if (!deployment.isEmpty()) {
      GetDeploymentRequest get = GetDeploymentRequest.newBuilder().setName(deployment).build();
      calls.put("GetDeployment", () -> take(connection.deployments().getDeployment(get)));
    }
    return calls;
  }

  /** A plan-only call on 48 devices of its own. */
  static Runnable plan(SchedulerConnection connection, String model) {
    PlanPool.Builder small = PlanPool.newBuilder();
    PoolText.nodes("p", PLAN_NODES).forEach(node -> small.addNodes(CapabilityMessages.node(node)));
    PlanDeploymentRequest plan =
        PlanDeploymentRequest.newBuilder()
            .setSpec(LoadModel.spec(model, PLAN_NODES * PoolText.DEVICES_PER_NODE))
            .setPool(small)
            .build();
    return () -> take(connection.deployments().planDeployment(plan));
  }

  private static void take(MessageLite answer) {
    if (answer.getSerializedSize() == 0) {
      throw new IllegalStateException("an empty answer");
    }
  }
}
