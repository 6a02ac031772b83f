package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.planner.PlanOptions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
 * @param member what makes it a pipeline of a service; null when it stands for itself
 */
public record DeploymentSpec(
    String name,
    ModelReference reference,
    ModelSpec model,
    Workload workload,
    PlanOptions options,
    boolean automatic,
    double gainThreshold,
    ExpertLoad expectedLoad,
    @Nullable ServiceMember member) {
  public DeploymentSpec {
    if (!isName(name)) {
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

  /** One that stands for itself. */
  public DeploymentSpec(
      String name,
      ModelReference reference,
      ModelSpec model,
      Workload workload,
      PlanOptions options,
      boolean automatic,
      double gainThreshold,
      ExpertLoad expectedLoad) {
    this(name, reference, model, workload, options, automatic, gainThreshold, expectedLoad, null);
  }

  static boolean isName(String text) {
    return text.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  }

  /** The service whose pipeline this is; empty when it stands for itself. */
  public Optional<ServiceMember> membership() {
    return Optional.ofNullable(member);
  }

  /** The same as a pipeline of the service that has this one's name. */
  public DeploymentSpec pipeline(int number, Workload share, List<String> homeDeviceIds) {
    return new DeploymentSpec(
        ServiceMember.deploymentName(name, number),
        reference,
        model,
        share,
        options,
        automatic,
        gainThreshold,
        expectedLoad,
        new ServiceMember(name, number, homeDeviceIds));
  }
}
