package dev.hejin.deploy.local.scenario;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.simulation.TrueLoad;
import dev.hejin.catalog.scenario.ScenarioEvent;
import dev.hejin.client.DeploymentText;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.cluster.LocalCluster;
import dev.hejin.deploy.local.truth.PlanPhysics;
import dev.hejin.deploy.local.truth.TrueThroughput;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.deploy.local.truth.TruthWindow;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.deployment.v1.ListDeploymentsRequest;
import dev.hejin.proto.deployment.v1.Plan;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentRequest;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentResponse;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The real thing: processes, a scheduler over gRPC, the judge. */
public final class LiveStage implements Stage {
  private final LocalCluster cluster;
  private final SchedulerConnection scheduler;
  private final TruthWatcher watcher;
  private final PlanPhysics physics;
  private final ModelSpec model;
  private final DeploymentSpec spec;
  private @Nullable ExpertLoad load;

  /**
   * @param spec what was deployed
   * @param load how traffic really spreads at the start; null for a model without experts
   */
  public LiveStage(
      LocalCluster cluster,
      SchedulerConnection scheduler,
      TruthWatcher watcher,
      PlanPhysics physics,
      ModelSpec model,
      DeploymentSpec spec,
      @Nullable ExpertLoad load) {
    this.cluster = requireNonNull(cluster, "cluster");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.watcher = requireNonNull(watcher, "watcher");
    this.physics = requireNonNull(physics, "physics");
    this.model = requireNonNull(model, "model");
    this.spec = requireNonNull(spec, "spec");
    this.load = load;
  }

  @Override
  public String remark(ScenarioEvent event) {
    return switch (event) {
      case ScenarioEvent.ShiftLoad ignored -> load == null ? "no experts" : "";
      case ScenarioEvent.SlowDevice slow ->
          serves(device -> device.getDeviceId().equals(slow.device())) ? "" : "idle";
      case ScenarioEvent.KillNode kill ->
          serves(device -> device.getNodeId().equals(kill.node())) ? "" : "idle";
      case ScenarioEvent.ReturnNode ignored -> "";
    };
  }

  private boolean serves(Predicate<SimulatedDevice> chosen) {
    return cluster.look().stream()
        .filter(chosen)
        .flatMap(device -> device.getStatesList().stream())
        .anyMatch(state -> state.getRoutesCount() > 0);
  }

  @Override
  public void apply(ScenarioEvent event) throws InterruptedException {
    switch (event) {
      case ScenarioEvent.ShiftLoad shift -> {
        ExpertLoad next = Loads.of(model, shift.load());
        if (next != null) {
          load = next;
          cluster.shiftLoad(next);
        }
      }
      case ScenarioEvent.SlowDevice slow -> cluster.setSpeed(slow.device(), slow.speed());
      case ScenarioEvent.KillNode kill -> cluster.killNode(kill.node());
      case ScenarioEvent.ReturnNode back -> cluster.returnNode(back.node());
    }
  }

  @Override
  public Deployment deployment() {
    String token = "";
    do {
      var page =
          scheduler
              .deployments()
              .listDeployments(ListDeploymentsRequest.newBuilder().setPageToken(token).build());
      for (Deployment deployment : page.getDeploymentsList()) {
        if (deployment.getSpec().getName().equals(spec.getName())) {
          return deployment;
        }
      }
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    throw new IllegalStateException(
        "deployment " + spec.getName() + " is gone\nMaybe somebody deleted it.");
  }

  @Override
  public RebalanceDeploymentResponse rebalance() {
    return scheduler
        .deployments()
        .rebalanceDeployment(
            RebalanceDeploymentRequest.newBuilder().setName(spec.getName()).build());
  }

  @Override
  public TruthWindow beginWindow() {
    return watcher.beginWindow();
  }

  @Override
  public TrueThroughput truth() {
    return watcher.latest();
  }

  @Override
  public Reference reference() {
    DeploymentSpec.Builder informed = spec.toBuilder();
    if (load != null) {
      informed.setExpertLoad(load);
    }
    Plan fresh =
        scheduler
            .deployments()
            .planDeployment(
                PlanDeploymentRequest.newBuilder()
                    .setSpec(informed)
                    .setPool(cluster.truePool())
                    .build())
            .getPlan();
    Deployment deployment =
        scheduler
            .deployments()
            .getDeployment(GetDeploymentRequest.newBuilder().setName(spec.getName()).build())
            .getDeployment();
    physics.learnSizes(cluster.look());
    TrueLoad truth = load == null ? null : Loads.trueLoad(load);
    return new Reference(
        physics.of(fresh, truth, cluster.trueSpeeds()),
        DeploymentText.epoch(deployment).hasActiveTime()
            ? physics.of(deployment.getPlan(), truth, cluster.trueSpeeds())
            : TrueThroughput.NONE,
        deployment.getPlan().getPolicy(),
        deployment.getPlan().getPrediction().getBalancedness());
  }
}
