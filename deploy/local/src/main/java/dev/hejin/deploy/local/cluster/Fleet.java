package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;

import dev.hejin.deploy.local.process.ChildProcess;
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

/** One process of simulated nodes, with the hands on its world. */
final class Fleet implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 256 << 20;
  private static final long CALL_SECONDS = 10;

  private final ChildProcess process;
  private final List<String> nodes;
  private final ManagedChannel channel;

  /**
   * @param nodes the nodes that the process runs
   * @param control {@code HOST:PORT} of its simulation service
   */
  Fleet(ChildProcess process, List<String> nodes, String control) {
    this.process = requireNonNull(process, "process");
    this.nodes = List.copyOf(nodes);
    this.channel =
        NettyChannelBuilder.forTarget(control)
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build();
  }

  ChildProcess process() {
    return process;
  }

  List<String> nodes() {
    return nodes;
  }

  boolean isAlive() {
    return process.isAlive();
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
