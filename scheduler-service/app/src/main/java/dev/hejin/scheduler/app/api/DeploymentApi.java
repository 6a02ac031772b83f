package dev.hejin.scheduler.app.api;

import com.google.rpc.Code;
import dev.hejin.proto.deployment.v1.ControlMigrationRequest;
import dev.hejin.proto.deployment.v1.ControlMigrationResponse;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.CreateDeploymentResponse;
import dev.hejin.proto.deployment.v1.DeleteDeploymentRequest;
import dev.hejin.proto.deployment.v1.DeleteDeploymentResponse;
import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.deployment.v1.GetDeploymentResponse;
import dev.hejin.proto.deployment.v1.ListDeploymentsRequest;
import dev.hejin.proto.deployment.v1.ListDeploymentsResponse;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanDeploymentResponse;
import dev.hejin.proto.deployment.v1.PlanServicesRequest;
import dev.hejin.proto.deployment.v1.PlanServicesResponse;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentRequest;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentResponse;
import dev.hejin.proto.deployment.v1.WatchDeploymentRequest;
import dev.hejin.proto.deployment.v1.WatchDeploymentResponse;
import dev.hejin.scheduler.app.codec.CapabilityCodec;
import dev.hejin.scheduler.app.codec.CatalogFacts;
import dev.hejin.scheduler.app.codec.GoalCodec;
import dev.hejin.scheduler.app.codec.MigrationModeCodec;
import dev.hejin.scheduler.app.codec.PlanCodec;
import dev.hejin.scheduler.app.codec.Replies;
import dev.hejin.scheduler.app.codec.ServicePlanCodec;
import dev.hejin.scheduler.app.codec.SharingCodec;
import dev.hejin.scheduler.app.codec.SpecCodec;
import dev.hejin.scheduler.app.codec.ViewCodec;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.PlanAnswer;
import dev.hejin.scheduler.app.port.PlanQuestion;
import dev.hejin.scheduler.app.port.ServiceWish;
import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.planner.PlanResult;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.Optional;
import java.util.function.Function;

/** Deployments over gRPC. */
@GrpcService
public class DeploymentApi extends DeploymentServiceGrpc.DeploymentServiceImplBase {
  private static final int PAGE_SIZE = 100;

  private final SchedulerRuntime runtime;

  DeploymentApi(SchedulerRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public void planDeployment(
      PlanDeploymentRequest request, StreamObserver<PlanDeploymentResponse> observer) {
    Replies.unary(
        observer,
        () ->
            runtime.plan(
                SpecCodec.fromProto(request.getSpec()),
                request.hasPool()
                    ? Optional.of(CapabilityCodec.fromProto(request.getPool()))
                    : Optional.empty(),
                request.getFromDeployment(),
                new PlanQuestion(
                    request.getSeveralPipelines() || request.hasGoal(),
                    request.getExplain(),
                    GoalCodec.fromProto(request.getGoal()),
                    GoalCodec.mostTensorParallel(request),
                    GoalCodec.expertsApart(request),
                    CatalogFacts::withPower)),
        DeploymentApi::reply);
  }

  @Override
  public void planServices(
      PlanServicesRequest request, StreamObserver<PlanServicesResponse> observer) {
    Replies.unary(
        observer,
        () ->
            runtime.planServices(
                SharingCodec.fromProto(request),
                request.hasPool()
                    ? Optional.of(CapabilityCodec.fromProto(request.getPool()))
                    : Optional.empty(),
                CatalogFacts::withPower),
        SharingCodec::toProto);
  }

  private static PlanDeploymentResponse reply(PlanAnswer answer) {
    Function<String, String> library =
        id -> answer.pool().device(id).map(Device::collectiveLibrary).orElse("");
    PlanDeploymentResponse.Builder reply =
        PlanDeploymentResponse.newBuilder()
            .setModel(PlanCodec.summary(answer.model()))
            .setRevision(answer.revision())
            .setPlanningSeconds(answer.planningSeconds());
    switch (answer.result()) {
      case PlanResult.Feasible feasible ->
          reply.setPlan(PlanCodec.toProto(feasible.plan(), library));
      case PlanResult.Infeasible infeasible ->
          throw Replies.violation(Code.FAILED_PRECONDITION, "spec", ViewCodec.explain(infeasible));
      case null -> {}
    }
    if (answer.service() != null) {
      reply.setService(ServicePlanCodec.toProto(answer.service(), library));
    }
    if (answer.explanation() != null) {
      reply.setExplanation(ServicePlanCodec.toProto(answer.explanation()));
    }
    return reply.build();
  }

  @Override
  public void createDeployment(
      CreateDeploymentRequest request, StreamObserver<CreateDeploymentResponse> observer) {
    if (request.getSeveralPipelines() || request.hasGoal()) {
      createService(request, observer);
      return;
    }
    Replies.unary(
        observer,
        () -> runtime.create(SpecCodec.fromProto(request.getSpec()), request.getRequestId()),
        view ->
            CreateDeploymentResponse.newBuilder()
                .setDeployment(ViewCodec.toProto(view, true))
                .setRevision(view.revision())
                .build());
  }

  private void createService(
      CreateDeploymentRequest request, StreamObserver<CreateDeploymentResponse> observer) {
    Replies.unary(
        observer,
        () ->
            runtime.createService(
                new ServiceWish(
                    SpecCodec.fromProto(request.getSpec()),
                    GoalCodec.fromProto(request.getGoal()),
                    CatalogFacts::withPower),
                request.getRequestId()),
        view -> {
          CreateDeploymentResponse.Builder reply =
              CreateDeploymentResponse.newBuilder().setRevision(view.revision());
          view.pipelines()
              .forEach(pipeline -> reply.addPipelines(ViewCodec.toProto(pipeline, false)));
          if (view.plan() != null) {
            reply.setService(ServicePlanCodec.toProto(view.plan(), device -> ""));
          }
          return reply.build();
        });
  }

  @Override
  public void getDeployment(
      GetDeploymentRequest request, StreamObserver<GetDeploymentResponse> observer) {
    Replies.unary(
        observer,
        () -> runtime.deployment(request.getName()),
        view ->
            GetDeploymentResponse.newBuilder()
                .setDeployment(ViewCodec.toProto(view, true))
                .setRevision(view.revision())
                .build());
  }

  @Override
  public void listDeployments(
      ListDeploymentsRequest request, StreamObserver<ListDeploymentsResponse> observer) {
    Replies.unary(
        observer,
        runtime::deployments,
        view -> {
          Pages.Page<DeploymentView> page =
              Pages.of(
                  view.items(),
                  deployment -> deployment.entry().spec().name(),
                  request.getPageSize(),
                  PAGE_SIZE,
                  request.getPageToken());
          ListDeploymentsResponse.Builder reply =
              ListDeploymentsResponse.newBuilder()
                  .setRevision(view.revision())
                  .setNextPageToken(page.nextToken());
          page.items()
              .forEach(deployment -> reply.addDeployments(ViewCodec.toProto(deployment, false)));
          return reply.build();
        });
  }

  @Override
  public void watchDeployment(
      WatchDeploymentRequest request, StreamObserver<WatchDeploymentResponse> observer) {
    WatchStream.open(
        runtime,
        request.getName(),
        request.getIncludePlan(),
        (ServerCallStreamObserver<WatchDeploymentResponse>) observer);
  }

  @Override
  public void rebalanceDeployment(
      RebalanceDeploymentRequest request, StreamObserver<RebalanceDeploymentResponse> observer) {
    Replies.unary(
        observer,
        () -> runtime.rebalance(request.getName(), request.getForce(), request.getRequestId()),
        answer ->
            RebalanceDeploymentResponse.newBuilder()
                .setAdopted(answer.adopted())
                .setReason(answer.reason())
                .setEpoch(answer.epoch())
                .setRevision(answer.revision())
                .build());
  }

  @Override
  public void deleteDeployment(
      DeleteDeploymentRequest request, StreamObserver<DeleteDeploymentResponse> observer) {
    Replies.unary(
        observer,
        () -> runtime.delete(request.getName(), request.getRequestId()),
        revision -> DeleteDeploymentResponse.newBuilder().setRevision(revision).build());
  }

  @Override
  public void controlMigration(
      ControlMigrationRequest request, StreamObserver<ControlMigrationResponse> observer) {
    String name = request.getName();
    String id = request.getRequestId();
    Replies.unary(
        observer,
        () ->
            switch (request.getAction()) {
              case MIGRATION_ACTION_PAUSE -> runtime.pause(name, request.getReason(), id);
              case MIGRATION_ACTION_RESUME -> runtime.resume(name, id);
              case MIGRATION_ACTION_ROLLBACK -> runtime.rollBack(name, request.getReason(), id);
              case MIGRATION_ACTION_UNSPECIFIED, UNRECOGNIZED ->
                  throw Replies.violation(
                      Code.INVALID_ARGUMENT,
                      "action",
                      "action is none of pause, resume, rollback"
                          + "\nMaybe the caller speaks a newer protocol.");
            },
        answer ->
            ControlMigrationResponse.newBuilder()
                .setMode(MigrationModeCodec.toProto(answer.mode()))
                .setEpoch(answer.epoch())
                .setRevision(answer.revision())
                .build());
  }
}
