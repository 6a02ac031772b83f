package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;

import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.simulation.v1.GetWorldRequest;
import dev.hejin.proto.simulation.v1.SetDeviceSpeedRequest;
import dev.hejin.proto.simulation.v1.SetExpertLoadRequest;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import dev.hejin.proto.simulation.v1.SimulationServiceGrpc;
import dev.hejin.proto.simulation.v1.SimulationServiceGrpc.SimulationServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The hands on the world of one process of simulated nodes. */
final class SimulationControl implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 256 << 20;
  private static final long CALL_SECONDS = 10;

  private final ManagedChannel channel;

  /**
   * @param address {@code HOST:PORT} of the simulation service
   */
  SimulationControl(String address) {
    this.channel =
        NettyChannelBuilder.forTarget(address)
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build();
  }

  List<SimulatedDevice> world() {
    return stub().getWorld(GetWorldRequest.getDefaultInstance()).getDevicesList();
  }

  void setLoad(ExpertLoad load) {
    var response = stub().setExpertLoad(SetExpertLoadRequest.newBuilder().setLoad(load).build());
    requireNonNull(response, "response");
  }

  void setSpeed(String device, double speed) {
    var response =
        stub()
            .setDeviceSpeed(
                SetDeviceSpeedRequest.newBuilder().setDeviceId(device).setSpeed(speed).build());
    requireNonNull(response, "response");
  }

  private SimulationServiceBlockingStub stub() {
    return SimulationServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
