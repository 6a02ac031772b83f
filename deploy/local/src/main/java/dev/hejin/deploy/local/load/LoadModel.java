package dev.hejin.deploy.local.load;

import dev.hejin.catalog.scenario.ExpertLoadSource;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.scenario.Loads;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.RebalanceSettings;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.scheduler.importer.ModelCatalog;
import java.time.Duration;
import java.util.Optional;

/** The model that measurements deploy. */
final class LoadModel {
  static final String NAME = "load";

  private static final int SEQUENCES_PER_DEVICE = 128;
  private static final int CONTEXT_TOKENS = 2048;

  private LoadModel() {}

  /** A deployment over so many devices, with skewed expert load. */
  static DeploymentSpec spec(String model, int devices) {
    DeploymentSpec.Builder spec =
        DeploymentSpec.newBuilder()
            .setName(NAME)
            .setModel(ModelSource.newBuilder().setCatalogName(model))
            .setWorkload(
                Workload.newBuilder()
                    .setBatchTokens(devices * SEQUENCES_PER_DEVICE)
                    .setContextTokens(CONTEXT_TOKENS))
            .setRebalance(RebalanceSettings.newBuilder().setAutomatic(true));
    Optional<ExpertLoad> load =
        Optional.ofNullable(
            Loads.of(ModelCatalog.bundled().model(model), new ExpertLoadSource.Synthetic(1, 1)));
    load.ifPresent(spec::setExpertLoad);
    return spec.build();
  }

  /** The same, and it changes only when it is told to. */
  static DeploymentSpec steady(String model, int devices) {
    return spec(model, devices).toBuilder()
        .setRebalance(RebalanceSettings.newBuilder().setAutomatic(false))
        .build();
  }

  /** Deploys it and waits until it serves. */
  static void deploy(SchedulerConnection connection, DeploymentSpec spec)
      throws InterruptedException {
    var unused =
        connection
            .deployments()
            .createDeployment(CreateDeploymentRequest.newBuilder().setSpec(spec).build());
    awaitServing(connection, Duration.ofSeconds(120));
  }

  static void awaitServing(SchedulerConnection connection, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Deployment now =
          connection
              .deployments()
              .getDeployment(GetDeploymentRequest.newBuilder().setName(NAME).build())
              .getDeployment();
      if (now.getState() == DeploymentState.DEPLOYMENT_STATE_SERVING) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "the deployment is " + now.getState() + " after " + limit.toSeconds() + " s");
      }
      Thread.sleep(100);
    }
  }
}
