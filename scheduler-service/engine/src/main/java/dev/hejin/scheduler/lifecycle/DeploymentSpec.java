package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.planner.PlanOptions;

/**
 * What somebody asked to be served.
 *
 * @param name identifies the deployment
 * @param reference how the model was named
 * @param model what it is
 * @param workload traffic to plan for
 * @param options limits and preferences of its plans
 * @param automatic whether drift and slow devices are acted on without being asked
 * @param gainThreshold plan again when the plan in force reaches less than this share of what a new
 *     one would; above 0, at most 1
 * @param expectedLoad load until it is observed
 */
public record DeploymentSpec(
    String name,
    ModelReference reference,
    ModelSpec model,
    Workload workload,
    PlanOptions options,
    boolean automatic,
    double gainThreshold,
    ExpertLoad expectedLoad) {
  public DeploymentSpec {
    if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "name '" + name + "'\nMaybe use 1 to 63 lower-case letters, digits and '-'.");
    }
    requireNonNull(reference, "reference");
    requireNonNull(model, "model");
    requireNonNull(workload, "workload");
    requireNonNull(options, "options");
    requireNonNull(expectedLoad, "expectedLoad");
    if (!(gainThreshold > 0 && gainThreshold <= 1)) {
      throw new IllegalArgumentException(
          "rebalance.gain_threshold is " + gainThreshold + "\nMaybe 0.97; above 0, at most 1.");
    }
  }
}
