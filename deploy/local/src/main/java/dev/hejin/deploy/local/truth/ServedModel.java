package dev.hejin.deploy.local.truth;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.List;

/**
 * What must be served: every layer, and every routed expert of each.
 *
 * @param deployment name of the deployment
 * @param batchTokens sequences decoded at once
 * @param experts routed experts of each layer; 0 for a dense one
 */
public record ServedModel(String deployment, int batchTokens, List<Integer> experts) {
  public ServedModel {
    requireNonNull(deployment, "deployment");
    experts = List.copyOf(experts);
  }

  public static ServedModel of(String deployment, int batchTokens, ModelSpec model) {
    return new ServedModel(
        deployment, batchTokens, model.layers().stream().map(LayerSpec::routedExperts).toList());
  }

  public int layers() {
    return experts.size();
  }

  /** Experts over all layers. */
  public int totalExperts() {
    return experts.stream().mapToInt(Integer::intValue).sum();
  }
}
