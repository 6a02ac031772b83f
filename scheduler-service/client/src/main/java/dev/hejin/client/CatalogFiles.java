package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.deployment.DeploymentFiles;
import dev.hejin.catalog.deployment.ModelReference;
import dev.hejin.catalog.deployment.ServiceOptions;
import dev.hejin.catalog.load.ExpertLoadFile;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.LayerLoad;
import dev.hejin.proto.deployment.v1.LibraryBridge;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.Objective;
import dev.hejin.proto.deployment.v1.RebalanceSettings;
import dev.hejin.proto.deployment.v1.ServiceGoal;
import dev.hejin.proto.deployment.v1.ServiceObjective;
import dev.hejin.proto.deployment.v1.ServiceRequest;
import dev.hejin.proto.deployment.v1.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The project's own files and those of SGLang. */
public final class CatalogFiles implements InputFiles {
  private static final String DEFAULT = "default";

  @Override
  public List<NodeCapability> pool(String nameOrFile) {
    return checked(
        () -> PoolFiles.load(nameOrFile).nodes().stream().map(CapabilityMessages::node).toList());
  }

  @Override
  public List<LibraryBridge> bridges(String nameOrFile) {
    return checked(
        () ->
            PoolFiles.load(nameOrFile).bridges().stream()
                .map(
                    bridge ->
                        LibraryBridge.newBuilder()
                            .setLibrary(bridge.library())
                            .setOtherLibrary(bridge.otherLibrary())
                            .setLatencySeconds(bridge.latencySeconds())
                            .setBytesPerSecond(bridge.bytesPerSecond())
                            .build())
                .toList());
  }

  @Override
  public String defaultPool() {
    return DEFAULT;
  }

  @Override
  public Workload defaultWorkload() {
    return deployment(DEFAULT).getWorkload();
  }

  @Override
  public DeploymentSpec deployment(String nameOrFile) {
    return checked(() -> message(DeploymentFiles.load(nameOrFile)));
  }

  @Override
  public ServiceRequest service(String nameOrFile) {
    return checked(
        () -> {
          var file = DeploymentFiles.load(nameOrFile);
          ServiceRequest.Builder request = ServiceRequest.newBuilder().setSpec(message(file));
          file.service()
              .ifPresent(
                  service -> request.setGoal(message(service)).setPriority(service.priority()));
          return request.build();
        });
  }

  private static ServiceGoal message(ServiceOptions service) {
    return ServiceGoal.newBuilder()
        .setObjective(
            switch (service.goal()) {
              case THROUGHPUT -> ServiceObjective.SERVICE_OBJECTIVE_THROUGHPUT;
              case COST -> ServiceObjective.SERVICE_OBJECTIVE_COST;
              case DEVICES -> ServiceObjective.SERVICE_OBJECTIVE_DEVICES;
              case ENERGY -> ServiceObjective.SERVICE_OBJECTIVE_ENERGY;
            })
        .setDemandTokensPerSecond(service.demandTokensPerSecond())
        .setMostTokenSeconds(service.tpotMillis() / 1000)
        .setMostFirstTokenSeconds(service.ttftMillis() / 1000)
        .setPromptTokens(service.promptTokens())
        .setOutputTokens(service.outputTokens())
        .build();
  }

  @Override
  public ExpertLoad expertLoad(String file) {
    return checked(() -> message(ExpertLoadFile.read(Path.of(file))));
  }

  /** Loads as a message: dense layers are empty. */
  public static ExpertLoad message(dev.hejin.catalog.load.ExpertLoad load) {
    ExpertLoad.Builder message = ExpertLoad.newBuilder();
    for (int layer = 0; layer < load.layers(); layer++) {
      LayerLoad.Builder tokens = LayerLoad.newBuilder();
      if (load.isMoeLayer(layer)) {
        for (double count : load.layer(layer)) {
          tokens.addTokens(count);
        }
      }
      message.addLayers(tokens);
    }
    return message.build();
  }

  /** A deployment as a message. */
  public static DeploymentSpec message(dev.hejin.catalog.deployment.DeploymentSpec file) {
    DeploymentSpec.Builder spec =
        DeploymentSpec.newBuilder()
            .setName(file.name())
            .setModel(source(file.model()))
            .setWorkload(
                Workload.newBuilder()
                    .setBatchTokens(file.workload().batchTokens())
                    .setContextTokens(file.workload().contextTokens()))
            .setObjective(
                switch (file.objective()) {
                  case THROUGHPUT -> Objective.OBJECTIVE_THROUGHPUT;
                  case COST -> Objective.OBJECTIVE_COST;
                })
            .setPolicy(file.policy())
            .setRebalance(
                RebalanceSettings.newBuilder()
                    .setAutomatic(file.rebalance().enabled())
                    .setGainThreshold(1 / (1 + file.rebalance().minGain())));
    RedundantExperts.share(spec.getModel(), file.experts().redundantPerStage())
        .ifPresent(spec::setRedundantExpertShare);
    file.allowedPrecisions()
        .forEach(p -> spec.addAllowedPrecisions(Precision.valueOf("PRECISION_" + p.name())));
    return spec.build();
  }

  private static ModelSource source(ModelReference model) {
    return switch (model) {
      case ModelReference.Named named ->
          ModelSource.newBuilder().setCatalogName(named.name()).build();
      case ModelReference.ConfigFile file -> SpecOptions.config(file.path());
    };
  }

  /** Runs something that reads files; a wrong file becomes a failure of the command line. */
  public static <T> T checked(Supplier<T> reading) {
    requireNonNull(reading, "reading");
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
