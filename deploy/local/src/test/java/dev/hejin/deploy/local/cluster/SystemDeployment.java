package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.catalog.scenario.ExpertLoadSource;
import dev.hejin.deploy.local.scenario.Loads;
import dev.hejin.deploy.local.truth.Coverage;
import dev.hejin.deploy.local.truth.ServedModel;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.DeleteDeploymentRequest;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.deployment.v1.GetDeploymentResponse;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanDeploymentResponse;
import dev.hejin.proto.deployment.v1.Progress;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentRequest;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentResponse;
import dev.hejin.proto.deployment.v1.RebalanceSettings;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** A small model on a system cluster: what the scheduler says of it, and what is so. */
final class SystemDeployment {
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final int LEAST_LOOKS = 2;
  private static final String MODEL = "qwen3-30b-a3b";
  private static final int BATCH_TOKENS = 4096;
  private static final int CONTEXT_TOKENS = 1024;

  private final RunningCluster cluster;
  private final String name;
  private final boolean isAutomatic;
  private final ModelSpec model = ModelCatalog.bundled().model(MODEL);

  /** Nothing happens unasked, but for lost nodes. */
  SystemDeployment(RunningCluster cluster, String name) {
    this(cluster, name, false);
  }

  /**
   * @param isAutomatic whether plans follow load and speed without being asked
   */
  SystemDeployment(RunningCluster cluster, String name, boolean isAutomatic) {
    this.cluster = cluster;
    this.name = name;
    this.isAutomatic = isAutomatic;
  }

  DeploymentSpec spec() {
    return DeploymentSpec.newBuilder()
        .setName(name)
        .setModel(ModelSource.newBuilder().setCatalogName(MODEL))
        .setWorkload(
            Workload.newBuilder().setBatchTokens(BATCH_TOKENS).setContextTokens(CONTEXT_TOKENS))
        .setRebalance(RebalanceSettings.newBuilder().setAutomatic(isAutomatic))
        .setExpertLoad(load(1))
        .build();
  }

  /** How traffic may spread over the model's experts. */
  ExpertLoad load(long seed) {
    return Objects.requireNonNull(Loads.of(model, new ExpertLoadSource.Synthetic(seed, 1)));
  }

  void create() {
    long revision =
        cluster
            .connection()
            .deployments()
            .createDeployment(CreateDeploymentRequest.newBuilder().setSpec(spec()).build())
            .getRevision();
    assertThat(revision).isPositive();
  }

  /** Creates the deployment unless it is there, and waits until it serves. */
  SystemDeployment serving() throws InterruptedException {
    cluster.shiftLoad(load(1));
    try {
      get();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw e;
      }
      create();
    }
    awaitServing();
    return this;
  }

  GetDeploymentResponse answer() {
    return cluster
        .connection()
        .deployments()
        .getDeployment(GetDeploymentRequest.newBuilder().setName(name).build());
  }

  Deployment get() {
    return answer().getDeployment();
  }

  /** Without what is too long to read. */
  Deployment brief() {
    return get().toBuilder().clearPlan().clearSpec().clearModel().build();
  }

  RebalanceDeploymentResponse rebalance(boolean force) {
    return cluster
        .connection()
        .deployments()
        .rebalanceDeployment(
            RebalanceDeploymentRequest.newBuilder().setName(name).setForce(force).build());
  }

  PlanDeploymentResponse planOnGivenPool() {
    return cluster
        .connection()
        .deployments()
        .planDeployment(
            PlanDeploymentRequest.newBuilder()
                .setSpec(spec())
                .setPool(SystemCluster.givenPool())
                .build());
  }

  void delete() {
    long revision =
        cluster
            .connection()
            .deployments()
            .deleteDeployment(DeleteDeploymentRequest.newBuilder().setName(name).build())
            .getRevision();
    assertThat(revision).isPositive();
  }

  /** Number of the newest epoch. */
  long epoch() {
    Deployment now = brief();
    return now.getEpochs(now.getEpochsCount() - 1).getNumber();
  }

  Deployment await(String what, Predicate<Deployment> wanted) throws InterruptedException {
    return Await.value(name + " " + what, LIMIT, this::brief, wanted);
  }

  /** Waits until the newest epoch is active and every expert served. */
  Deployment awaitServing() throws InterruptedException {
    return await(
        "serves",
        deployment ->
            deployment.getState() == DeploymentState.DEPLOYMENT_STATE_SERVING
                && deployment.getEpochs(deployment.getEpochsCount() - 1).hasActiveTime());
  }

  /** Waits until devices hold other shards than at the call: they have begun to move. */
  void awaitMiddleOfLoad(long shardsBefore) throws InterruptedException {
    Await.until("shards of " + name + " move", LIMIT, () -> loadedShards() != shardsBefore);
  }

  TruthWatcher watch() {
    return new TruthWatcher(served(), cluster, System::nanoTime).start();
  }

  private ServedModel served() {
    return ServedModel.of(name, BATCH_TOKENS, model);
  }

  /** Whether devices serve every layer and expert, by their own truth. */
  boolean isServed() {
    return Coverage.missing(served(), cluster.look()).isComplete();
  }

  /** Shards of the deployment in the memory of devices. */
  long loadedShards() {
    return loadedShards(cluster.look());
  }

  long loadedShards(List<SimulatedDevice> devices) {
    return devices.stream()
        .flatMap(device -> device.getStatesList().stream())
        .filter(state -> state.getDeploymentId().equals(name))
        .mapToLong(DeviceState::getShardsCount)
        .sum();
  }

  /** At no look was there an expert or a layer without a live replica. */
  static void assertNeverUnserved(TruthWatcher watcher) {
    assertThat(watcher.whole().mostUnservedExperts()).as("experts not served").isZero();
    assertThat(watcher.whole().mostUnservedLayers()).as("layers not served").isZero();
  }

  /** At no look did a device use more memory than it has, or serve what it does not hold. */
  void assertSound(TruthWatcher watcher) {
    assertThat(watcher.whole().looks()).as("looks").isGreaterThan(LEAST_LOOKS);
    assertThat(watcher.failedLooks()).as("failed looks").isZero();
    assertThat(watcher.whole().violations()).isEmpty();
    Progress progress = get().getProgress();
    assertThat(progress.getInvariantViolations()).as(progress.getLastViolation()).isZero();
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }
}
