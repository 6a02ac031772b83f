package dev.hejin.client;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Figure;
import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.capability.v1.Provenance;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.CreateDeploymentResponse;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.DeviceMemory;
import dev.hejin.proto.deployment.v1.Epoch;
import dev.hejin.proto.deployment.v1.LayerPlacement;
import dev.hejin.proto.deployment.v1.ListDeploymentsRequest;
import dev.hejin.proto.deployment.v1.ListDeploymentsResponse;
import dev.hejin.proto.deployment.v1.ModelSummary;
import dev.hejin.proto.deployment.v1.Pipeline;
import dev.hejin.proto.deployment.v1.Plan;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanDeploymentResponse;
import dev.hejin.proto.deployment.v1.PlanServicesRequest;
import dev.hejin.proto.deployment.v1.PlanServicesResponse;
import dev.hejin.proto.deployment.v1.PlannedService;
import dev.hejin.proto.deployment.v1.Prediction;
import dev.hejin.proto.deployment.v1.Refusal;
import dev.hejin.proto.deployment.v1.ServiceMember;
import dev.hejin.proto.deployment.v1.ServiceOutcome;
import dev.hejin.proto.deployment.v1.ServicePlan;
import dev.hejin.proto.deployment.v1.StagePlacement;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.DrainNodeResponse;
import dev.hejin.proto.inventory.v1.ForgetNodeRequest;
import dev.hejin.proto.inventory.v1.ForgetNodeResponse;
import dev.hejin.proto.inventory.v1.InventoryServiceGrpc;
import dev.hejin.proto.inventory.v1.ListDevicesRequest;
import dev.hejin.proto.inventory.v1.ListDevicesResponse;
import dev.hejin.proto.inventory.v1.NodeState;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A scheduler with fixed answers that remembers what it was asked. */
final class FakeScheduler implements AutoCloseable {
  final List<PlanDeploymentRequest> planned = new ArrayList<>();
  final List<ForgetNodeRequest> forgotten = new ArrayList<>();
  final List<CreateDeploymentRequest> created = new ArrayList<>();
  final List<PlanServicesRequest> shared = new ArrayList<>();
  private final Server server;

  FakeScheduler() {
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
              .addService(new Inventory())
              .addService(new Deployments())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SchedulerAddress address() {
    return new SchedulerAddress("127.0.0.1", server.getPort());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  static Figure figure(double value, Provenance provenance) {
    return Figure.newBuilder().setValue(value).setProvenance(provenance).build();
  }

  static DeviceStatus device(String node, int index) {
    return DeviceStatus.newBuilder()
        .setNodeId(node)
        .setNodeState(NodeState.NODE_STATE_ONLINE)
        .setSpeedFactor(1)
        .setMemoryUsedBytes(50L << 30)
        .setCapability(
            DeviceCapability.newBuilder()
                .setDeviceId(node + "/" + index)
                .setVendor("NVIDIA")
                .setChip("H20-SXM-96GB")
                .setHealth(Health.HEALTH_HEALTHY)
                .setSimulated(true)
                .setMemoryBytes(figure(96L << 30, Provenance.PROVENANCE_DRIVER))
                .setMemoryBandwidthBytesPerSecond(figure(4e12, Provenance.PROVENANCE_CATALOGUE)))
        .build();
  }

  static PlanDeploymentResponse plan() {
    return PlanDeploymentResponse.newBuilder()
        .setModel(
            ModelSummary.newBuilder()
                .setName("small-moe")
                .setTotalParameters(671_000_000_000L)
                .setActiveParameters(37_000_000_000L)
                .setLayerCount(2)
                .setMoeLayerCount(1)
                .setRoutedExperts(4)
                .setExpertsPerToken(2)
                .setNativePrecision(Precision.PRECISION_FP8))
        .setPlan(
            Plan.newBuilder()
                .addStages(
                    StagePlacement.newBuilder()
                        .setFirstLayer(0)
                        .setEndLayer(2)
                        .addDeviceIds("a/0")
                        .addDeviceIds("a/1")
                        .setPrecision(Precision.PRECISION_FP8)
                        .setExpertPrecision(Precision.PRECISION_FP8)
                        .addLayers(LayerPlacement.getDefaultInstance())
                        .addLayers(
                            LayerPlacement.newBuilder()
                                .addAllDevice(List.of(0, 0, 0, 1, 1))
                                .addAllExpert(List.of(0, 1, 2, 2, 3))
                                .addAllShare(List.of(1.0, 1.0, 0.5, 0.5, 1.0))))
                .addMemory(memory("a/0", 60))
                .addMemory(memory("a/1", 48))
                .setPrediction(
                    Prediction.newBuilder()
                        .addStageSeconds(0.0125)
                        .setStepSeconds(0.025)
                        .setTokensPerSecond(45_000)
                        .setBoundTokensPerSecond(50_000)
                        .setBalancedness(0.97)
                        .setBottleneck("stage 0: memory bandwidth of a/0"))
                .addRefusals(Refusal.newBuilder().setSubject("b/0").setReason("memory is unknown"))
                .addAssumptions("b: network 25 GB/s"))
        .setPlanningSeconds(0.25)
        .build();
  }

  private static DeviceMemory memory(String device, long usedPercent) {
    return DeviceMemory.newBuilder()
        .setDeviceId(device)
        .setCapacityBytes(100)
        .setWeightBytes(usedPercent - 10)
        .setKvCacheBytes(6)
        .setWorkspaceBytes(4)
        .build();
  }

  private final class Inventory extends InventoryServiceGrpc.InventoryServiceImplBase {
    @Override
    public void listDevices(
        ListDevicesRequest request, StreamObserver<ListDevicesResponse> answers) {
      boolean first = request.getPageToken().isEmpty();
      answers.onNext(
          ListDevicesResponse.newBuilder()
              .addDevices(device("a", first ? 0 : 1))
              .setNextPageToken(first ? "more" : "")
              .build());
      answers.onCompleted();
    }

    @Override
    public void forgetNode(ForgetNodeRequest request, StreamObserver<ForgetNodeResponse> answers) {
      forgotten.add(request);
      answers.onNext(ForgetNodeResponse.newBuilder().setRevision(7).build());
      answers.onCompleted();
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> answers) {
      BadRequest violations =
          BadRequest.newBuilder()
              .addFieldViolations(
                  BadRequest.FieldViolation.newBuilder()
                      .setField("node_id")
                      .setDescription("has a space\nMaybe remove it."))
              .build();
      answers.onError(
          StatusProto.toStatusRuntimeException(
              com.google.rpc.Status.newBuilder()
                  .setCode(Code.INVALID_ARGUMENT_VALUE)
                  .setMessage("1 field is wrong")
                  .addDetails(Any.pack(violations))
                  .build()));
    }
  }

  /** A pipeline of service "chat". */
  private static Deployment pipeline(int number) {
    return Deployment.newBuilder()
        .setSpec(
            DeploymentSpec.newBuilder()
                .setName("chat-p" + number)
                .setMember(ServiceMember.newBuilder().setService("chat").setPipeline(number)))
        .setState(DeploymentState.DEPLOYMENT_STATE_SERVING)
        .setTrafficShare(number == 0 ? 0.75 : 0.25)
        .setModel(plan().getModel())
        .addEpochs(Epoch.newBuilder().setNumber(1))
        .build();
  }

  private static Pipeline pipeline(double share) {
    return Pipeline.newBuilder()
        .setTrafficShare(share)
        .setWorkload(Workload.newBuilder().setBatchTokens(48))
        .setPlan(plan().getPlan())
        .build();
  }

  private static ServicePlan service() {
    return ServicePlan.newBuilder()
        .addPipelines(pipeline(0.75))
        .addPipelines(pipeline(0.25))
        .setTokensPerSecond(60_000)
        .setStepSeconds(0.05)
        .setBoundTokensPerSecond(80_000)
        .setOutcome(ServiceOutcome.newBuilder().setObjective("tokens/s"))
        .build();
  }

  private final class Deployments extends DeploymentServiceGrpc.DeploymentServiceImplBase {
    @Override
    public void planDeployment(
        PlanDeploymentRequest request, StreamObserver<PlanDeploymentResponse> answers) {
      planned.add(request);
      answers.onNext(plan());
      answers.onCompleted();
    }

    @Override
    public void planServices(
        PlanServicesRequest request, StreamObserver<PlanServicesResponse> answers) {
      shared.add(request);
      answers.onNext(
          PlanServicesResponse.newBuilder()
              .addServices(
                  PlannedService.newBuilder()
                      .setName("a")
                      .setModel(plan().getModel())
                      .setPlan(service()))
              .addServices(
                  PlannedService.newBuilder()
                      .setName("bc")
                      .setModel(plan().getModel())
                      .setReason("too little memory\nMaybe add a device."))
              .build());
      answers.onCompleted();
    }

    @Override
    public void createDeployment(
        CreateDeploymentRequest request, StreamObserver<CreateDeploymentResponse> answers) {
      created.add(request);
      answers.onNext(
          CreateDeploymentResponse.newBuilder()
              .addPipelines(pipeline(0))
              .addPipelines(pipeline(1))
              .setService(service())
              .build());
      answers.onCompleted();
    }

    @Override
    public void listDeployments(
        ListDeploymentsRequest request, StreamObserver<ListDeploymentsResponse> answers) {
      answers.onNext(
          ListDeploymentsResponse.newBuilder()
              .addDeployments(pipeline(0))
              .addDeployments(pipeline(1))
              .build());
      answers.onCompleted();
    }
  }
}
