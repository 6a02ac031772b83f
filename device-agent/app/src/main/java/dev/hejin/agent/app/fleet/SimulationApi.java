package dev.hejin.agent.app.fleet;

import dev.hejin.agent.app.codec.StateCodec;
import dev.hejin.agent.simulation.DeviceTruth;
import dev.hejin.agent.simulation.SimulatedWorld;
import dev.hejin.agent.simulation.TrueLoad;
import dev.hejin.proto.deployment.v1.LayerLoad;
import dev.hejin.proto.simulation.v1.GetWorldRequest;
import dev.hejin.proto.simulation.v1.GetWorldResponse;
import dev.hejin.proto.simulation.v1.SetDeviceSpeedRequest;
import dev.hejin.proto.simulation.v1.SetDeviceSpeedResponse;
import dev.hejin.proto.simulation.v1.SetExpertLoadRequest;
import dev.hejin.proto.simulation.v1.SetExpertLoadResponse;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import dev.hejin.proto.simulation.v1.SimulationServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;

/** Changes and shows the truth of the simulated devices of this process. */
public final class SimulationApi extends SimulationServiceGrpc.SimulationServiceImplBase {
  private final SimulatedWorld world;

  public SimulationApi(SimulatedWorld world) {
    this.world = world;
  }

  @Override
  public void setDeviceSpeed(
      SetDeviceSpeedRequest request, StreamObserver<SetDeviceSpeedResponse> observer) {
    reply(
        observer,
        () -> {
          world.setSpeed(request.getDeviceId(), request.getSpeed());
          return SetDeviceSpeedResponse.getDefaultInstance();
        });
  }

  @Override
  public void setExpertLoad(
      SetExpertLoadRequest request, StreamObserver<SetExpertLoadResponse> observer) {
    reply(
        observer,
        () -> {
          List<List<Double>> layers =
              request.getLoad().getLayersList().stream().map(LayerLoad::getTokensList).toList();
          world.setLoad(TrueLoad.of(layers));
          return SetExpertLoadResponse.getDefaultInstance();
        });
  }

  @Override
  public void getWorld(GetWorldRequest request, StreamObserver<GetWorldResponse> observer) {
    reply(
        observer,
        () -> {
          GetWorldResponse.Builder response = GetWorldResponse.newBuilder();
          world.truth().forEach(truth -> response.addDevices(toProto(truth, request.getBrief())));
          return response.build();
        });
  }

  private static SimulatedDevice toProto(DeviceTruth truth, boolean brief) {
    SimulatedDevice.Builder builder =
        SimulatedDevice.newBuilder()
            .setNodeId(truth.nodeId())
            .setDeviceId(truth.deviceId())
            .setSpeed(truth.speed())
            .setMemoryBytes(truth.memoryBytes())
            .setMemoryUsedBytes(truth.memoryUsedBytes())
            .setAttentionSeconds(truth.parts().attention())
            .setExpertSeconds(truth.parts().expert())
            .setOtherSeconds(truth.parts().other())
            .setLoadingShards(truth.loadingShards());
    truth
        .states()
        .forEach(
            state ->
                builder.addStates(
                    brief ? StateCodec.toBriefProto(state) : StateCodec.toProto(state)));
    return builder.build();
  }

  private static <T> void reply(StreamObserver<T> observer, Supplier<T> answer) {
    T response;
    try {
      response = answer.get();
    } catch (IllegalArgumentException e) {
      observer.onError(
          Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    observer.onNext(response);
    observer.onCompleted();
  }
}
