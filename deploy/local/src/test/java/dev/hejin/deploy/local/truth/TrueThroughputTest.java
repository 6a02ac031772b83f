package dev.hejin.deploy.local.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrueThroughputTest {
  private static final ServedModel FOUR_LAYERS = new ServedModel("demo", 100, List.of(0, 0, 0, 0));

  @Test
  void shouldWaitForSlowestPartOfEachDevice() {
    TrueThroughput truth =
        TrueThroughput.of(
            FOUR_LAYERS,
            List.of(serving("a/0", 0.010, 0.020, 0, 3), serving("a/1", 0.020, 0.010, 0, 3)),
            true);

    assertThat(truth.stageSeconds()).hasSize(1);
    assertThat(truth.stageSeconds().getFirst()).isCloseTo(0.040, within(1e-12));
    assertThat(truth.tokensPerSecond()).isCloseTo(2500, within(1e-6));
    assertThat(truth.balance()).isEqualTo(1);
  }

  @Test
  void shouldLetThroughWhatTheSlowestStageDoes() {
    TrueThroughput truth =
        TrueThroughput.of(
            FOUR_LAYERS,
            List.of(
                serving("a/0", 0.01, 0, 0, 1),
                serving("b/0", 0.02, 0, 2, 3),
                serving("b/1", 0.01, 0, 2, 3)),
            true);

    assertThat(truth.stageSeconds()).containsExactly(0.01, 0.02);
    assertThat(truth.tokensPerSecond()).isCloseTo(2500, within(1e-6));
    assertThat(truth.balance()).isCloseTo(0.875, within(1e-12));
    assertThat(truth.imbalance()).isCloseTo(4.0 / 3, within(1e-12));
  }

  @Test
  void shouldLeaveOtherDeploymentsAndIdleDevicesOut() {
    SimulatedDevice idle =
        SimulatedDevice.newBuilder()
            .setDeviceId("c/0")
            .addStates(DeviceState.newBuilder().setDeploymentId("other"))
            .build();

    TrueThroughput truth =
        TrueThroughput.of(FOUR_LAYERS, List.of(idle, serving("a/0", 0.01, 0, 0, 3)), true);

    assertThat(truth.tokensPerSecond()).isCloseTo(10_000, within(1e-6));
    assertThat(TrueThroughput.of(FOUR_LAYERS, List.of(idle), false)).isEqualTo(TrueThroughput.NONE);
  }

  private static SimulatedDevice serving(
      String id, double attention, double expert, int firstLayer, int lastLayer) {
    DeviceState.Builder state = DeviceState.newBuilder().setDeploymentId("demo");
    for (int layer = firstLayer; layer <= lastLayer; layer++) {
      state.addRoutes(LayerRoute.newBuilder().setLayer(layer).setTokenShare(0.5));
    }
    return SimulatedDevice.newBuilder()
        .setDeviceId(id)
        .setAttentionSeconds(attention)
        .setExpertSeconds(expert)
        .addStates(state)
        .build();
  }
}
