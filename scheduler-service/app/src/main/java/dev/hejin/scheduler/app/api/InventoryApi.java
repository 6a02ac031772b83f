package dev.hejin.scheduler.app.api;

import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.DrainNodeResponse;
import dev.hejin.proto.inventory.v1.ForgetNodeRequest;
import dev.hejin.proto.inventory.v1.ForgetNodeResponse;
import dev.hejin.proto.inventory.v1.GetNodeRequest;
import dev.hejin.proto.inventory.v1.GetNodeResponse;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import dev.hejin.proto.inventory.v1.ListDevicesResponse;
import dev.hejin.proto.inventory.v1.UndrainNodeRequest;
import dev.hejin.proto.inventory.v1.UndrainNodeResponse;
import dev.hejin.scheduler.app.codec.Replies;
import dev.hejin.scheduler.app.codec.ViewCodec;
import dev.hejin.scheduler.app.port.DeviceView;
import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;

/** The pool over gRPC. */
@GrpcService
public class InventoryApi extends InventoryServiceGrpc.InventoryServiceImplBase {
  private static final int PAGE_SIZE = 200;

  private final SchedulerRuntime runtime;

  InventoryApi(SchedulerRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public void listDevices(
      ListDevicesRequest request, StreamObserver<ListDevicesResponse> observer) {
    Replies.unary(
        observer,
        runtime::devices,
        view -> {
          // Ids sort as text, so that tokens work; "/" keeps a node's devices together.
          Pages.Page<DeviceView> page =
              Pages.of(
                  view.items(),
                  device -> ViewCodec.sortKey(device.device().id()),
                  request.getPageSize(),
                  PAGE_SIZE,
                  request.getPageToken());
          ListDevicesResponse.Builder reply =
              ListDevicesResponse.newBuilder()
                  .setRevision(view.revision())
                  .setNextPageToken(page.nextToken());
          page.items().forEach(device -> reply.addDevices(ViewCodec.toProto(device)));
          return reply.build();
        });
  }

  @Override
  public void getNode(GetNodeRequest request, StreamObserver<GetNodeResponse> observer) {
    Replies.unary(observer, () -> runtime.node(request.getNodeId()), ViewCodec::toProto);
  }

  @Override
  public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> observer) {
    Replies.unary(
        observer,
        () -> runtime.drain(request.getNodeId(), request.getReason(), request.getRequestId()),
        revision -> DrainNodeResponse.newBuilder().setRevision(revision).build());
  }

  @Override
  public void undrainNode(
      UndrainNodeRequest request, StreamObserver<UndrainNodeResponse> observer) {
    Replies.unary(
        observer,
        () -> runtime.undrain(request.getNodeId(), request.getRequestId()),
        revision -> UndrainNodeResponse.newBuilder().setRevision(revision).build());
  }

  @Override
  public void forgetNode(ForgetNodeRequest request, StreamObserver<ForgetNodeResponse> observer) {
    Replies.unary(
        observer,
        () -> runtime.forget(request.getNodeId(), request.getRequestId()),
        revision -> ForgetNodeResponse.newBuilder().setRevision(revision).build());
  }
}
