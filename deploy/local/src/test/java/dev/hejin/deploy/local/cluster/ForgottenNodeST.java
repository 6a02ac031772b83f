package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.ForgetNodeRequest;
import dev.hejin.proto.inventory.v1.NodeState;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A node is lost for good, as far as anyone knows, and then comes back all the same. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForgottenNodeST {
  private static final String GONE = "h20-1";

  private final SystemCluster cluster = new SystemCluster("forgotten-node", 20);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start(GONE);
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldForgetALostNodeForGood() throws InterruptedException {
    // Given
    assertRefused(Status.Code.FAILED_PRECONDITION, () -> forget("early"));
    cluster.killNode(GONE);
    Await.until("the node is lost", SystemDeployment.LIMIT, () -> states().equals(lost()));

    // When
    long revision = forget("once");

    // Then
    assertThat(states()).isEmpty();
    assertThat(forget("once")).as("asked again under the same id").isEqualTo(revision);
    assertRefused(Status.Code.NOT_FOUND, () -> forget("twice"));
    cluster.killScheduler();
    cluster.startScheduler();
    assertThat(states()).as("after a restart").isEmpty();
    cluster.startNode(GONE);
    assertThat(states()).containsOnly(NodeState.NODE_STATE_ONLINE);
  }

  private static List<NodeState> lost() {
    return List.of(NodeState.NODE_STATE_LOST);
  }

  /** The states that devices of the node are told to be in. */
  private List<NodeState> states() {
    return cluster.devices().stream()
        .filter(device -> device.getCapability().getDeviceId().startsWith(GONE + "/"))
        .map(DeviceStatus::getNodeState)
        .distinct()
        .toList();
  }

  private long forget(String requestId) {
    return cluster
        .connection()
        .inventory()
        .forgetNode(ForgetNodeRequest.newBuilder().setNodeId(GONE).setRequestId(requestId).build())
        .getRevision();
  }

  private static void assertRefused(Status.Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }
}
