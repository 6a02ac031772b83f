package dev.hejin.catalog.deployment;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.chip.Precision;
import java.util.List;
import java.util.Optional;

/**
 * A deployment, checked.
 *
 * @param name name of the deployment
 * @param model where its model is described
 * @param workload the work to plan for
 * @param objective what to make best
 * @param allowedPrecisions precisions for expert weights, at least one
 * @param policy short name of the placement policy
 * @param experts limits on copies of experts
 * @param rebalance when the running placement is changed
 * @param service what several pipelines are planned for; empty for one pipeline
 */
public record DeploymentSpec(
    String name,
    ModelReference model,
    Workload workload,
    Objective objective,
    List<Precision> allowedPrecisions,
    String policy,
    ExpertOptions experts,
    RebalanceOptions rebalance,
    Optional<ServiceOptions> service) {

  /** Checks and copies. */
  public DeploymentSpec {
    requireNonNull(name);
    requireNonNull(model);
    requireNonNull(workload);
    requireNonNull(objective);
    allowedPrecisions = List.copyOf(allowedPrecisions);
    if (allowedPrecisions.isEmpty()) {
      throw new IllegalArgumentException("No precision is allowed.\nMaybe allow BF16.");
    }
    requireNonNull(policy);
    requireNonNull(experts);
    requireNonNull(rebalance);
    requireNonNull(service);
  }
}
