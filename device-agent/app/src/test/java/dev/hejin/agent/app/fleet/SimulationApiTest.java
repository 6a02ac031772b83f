package dev.hejin.agent.app.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.agent.app.fleet.SimulatedPool.NodeSelection;
import dev.hejin.agent.simulation.SimulationSettings;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.LayerLoad;
import dev.hejin.proto.simulation.v1.GetWorldRequest;
import dev.hejin.proto.simulation.v1.SetDeviceSpeedRequest;
import dev.hejin.proto.simulation.v1.SetExpertLoadRequest;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import dev.hejin.proto.simulation.v1.SimulationServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SimulationApiTest {
  private final SimulatedPool pool =
      SimulatedPool.of(
          PoolFiles.load("default"),
          new NodeSelection(List.of(), List.of("h20-0")),
          SimulationSettings.DEFAULT,
          6e9);
  private final ControlServer server =
      ControlServer.start(new SimulationApi(pool.world()), "127.0.0.1", 0);
  private final ManagedChannel channel =
      NettyChannelBuilder.forTarget(server.address()).usePlaintext().build();
  private final SimulationServiceGrpc.SimulationServiceBlockingStub stub =
      SimulationServiceGrpc.newBlockingStub(channel);

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void shouldShowTheTruth() {
    // Given
    var request = SetDeviceSpeedRequest.newBuilder().setDeviceId("hygon-0/2").setSpeed(0.5).build();

    // When
    stub.setDeviceSpeed(request);

    // Then
    List<SimulatedDevice> devices =
        stub.getWorld(GetWorldRequest.getDefaultInstance()).getDevicesList();
    assertThat(devices).hasSize(40);
    assertThat(devices)
        .filteredOn(device -> device.getSpeed() == 0.5)
        .extracting(SimulatedDevice::getDeviceId)
        .containsExactly("hygon-0/2");
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    var unknown = SetDeviceSpeedRequest.newBuilder().setDeviceId("x/0").setSpeed(1).build();
    assertThatThrownBy(() -> stub.setDeviceSpeed(unknown))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContainingAll("INVALID_ARGUMENT", "x/0", "Maybe");
    var uneven =
        SetExpertLoadRequest.newBuilder()
            .setLoad(ExpertLoad.newBuilder().addLayers(LayerLoad.newBuilder().addTokens(-1)))
            .build();
    assertThatThrownBy(() -> stub.setExpertLoad(uneven)).hasMessageContaining("layer 0");
  }

  @Test
  void shouldNameTheNodesOfThePoolWhenOneIsUnknown() {
    assertThatThrownBy(
            () ->
                SimulatedPool.of(
                    PoolFiles.load("default"),
                    new NodeSelection(List.of("h21-0"), List.of()),
                    SimulationSettings.DEFAULT,
                    6e9))
        .hasMessageContainingAll("h21-0", "h20-1", "Maybe");
  }
}
