package dev.hejin.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.importer.ModelImporter;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Deployment files count the copies of a layer's experts; the scheduler takes them as a share of
 * the model's experts.
 */
final class RedundantExperts {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RedundantExperts() {}

  /**
   * The least share that comes to so many copies; empty where the model cannot be read, which the
   * scheduler will tell better.
   *
   * @param copies beyond one of each expert
   */
  static OptionalDouble share(ModelSource source, int copies) {
    Optional<ModelSpec> model = model(source);
    if (model.isEmpty()) {
      return OptionalDouble.empty();
    }
    int experts = model.get().layers().stream().mapToInt(LayerSpec::routedExperts).max().orElse(0);
    if (experts == 0 || copies == 0) {
      return OptionalDouble.of(0);
    }
    double share = (double) copies / experts;
    // Where the division has rounded down, the product comes to one copy fewer.
    return OptionalDouble.of(share * experts < copies ? Math.nextUp(share) : share);
  }

  private static Optional<ModelSpec> model(ModelSource source) {
    if (!source.hasConfigJson()) {
      return ModelCatalog.bundled().resolve(source.getCatalogName());
    }
    try {
      return Optional.of(
          ModelImporter.fromTree(
              source.getName(), JSON.readValue(source.getConfigJson(), Object.class)));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
