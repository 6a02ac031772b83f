package dev.hejin.deploy.local;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hejin.catalog.deployment.DeploymentFiles;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.catalog.pool.PoolSpec;
import dev.hejin.catalog.scenario.ExpertLoadSource;
import dev.hejin.catalog.scenario.Scenario;
import dev.hejin.catalog.scenario.ScenarioEvent;
import dev.hejin.catalog.scenario.ScenarioFiles;
import dev.hejin.client.CatalogFiles;
import dev.hejin.client.CommandFailure;
import dev.hejin.client.SpecOptions;
import dev.hejin.deploy.local.scenario.Loads;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.importer.ModelImporter;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run of {@code up} will do, read and checked before anything starts.
 *
 * @param load how traffic spreads at the start; null for a model without experts
 * @param victims nodes that the scenario kills
 */
record RunPlan(
    PoolSpec pool,
    Scenario scenario,
    ModelSpec model,
    DeploymentSpec spec,
    @Nullable ExpertLoad load,
    List<String> victims,
    long seed) {
  RunPlan {
    requireNonNull(pool, "pool");
    requireNonNull(scenario, "scenario");
    requireNonNull(model, "model");
    requireNonNull(spec, "spec");
    victims = List.copyOf(victims);
  }

  /** Reads all files that the options name. */
  static RunPlan read(UpOptions options) {
    PoolSpec pool = CatalogFiles.checked(() -> PoolFiles.load(options.pool));
    Scenario scenario = CatalogFiles.checked(() -> ScenarioFiles.load(options.scenario));
    CatalogFiles.checked(
        () -> {
          scenario.checkAgainst(pool);
          return scenario;
        });
    long seed = options.seed == null ? scenario.seed() : options.seed;
    DeploymentSpec.Builder spec = spec(options, scenario).setSeed(seed);
    ModelSpec model = model(spec.getModel());
    ExpertLoadSource source =
        options.expertLoad == null
            ? scenario.expertLoad()
            : new ExpertLoadSource.Recorded(options.expertLoad);
    ExpertLoad load = Loads.of(model, source);
    if (load != null) {
      spec.setExpertLoad(load);
    }
    List<String> victims =
        scenario.events().stream()
            .filter(ScenarioEvent.KillNode.class::isInstance)
            .map(event -> ((ScenarioEvent.KillNode) event).node())
            .distinct()
            .toList();
    return new RunPlan(pool, scenario, model, spec.build(), load, victims, seed);
  }

  private static DeploymentSpec.Builder spec(UpOptions options, Scenario scenario) {
    String name = options.deployment == null ? "default" : options.deployment;
    DeploymentSpec.Builder spec =
        CatalogFiles.checked(() -> CatalogFiles.message(DeploymentFiles.load(name))).toBuilder();
    if (options.deployment == null) {
      spec.setWorkload(
          Workload.newBuilder()
              .setBatchTokens(scenario.traffic().batchTokens())
              .setContextTokens(scenario.traffic().contextTokens()));
    }
    if (options.model != null) {
      spec.setModel(SpecOptions.source(options.model));
    }
    return spec;
  }

  private static ModelSpec model(ModelSource source) {
    return CatalogFiles.checked(
        () ->
            source.getConfigJson().isEmpty()
                ? ModelCatalog.bundled().model(source.getCatalogName())
                : ModelImporter.fromTree(source.getName(), tree(source)));
  }

  private static @Nullable Object tree(ModelSource source) {
    try {
      return new ObjectMapper().readValue(source.getConfigJson(), Object.class);
    } catch (JsonProcessingException e) {
      throw CommandFailure.usage(
          "model "
              + source.getName()
              + " is no JSON: "
              + e.getOriginalMessage()
              + "\nMaybe the file was cut; copy it again.");
    }
  }
}
