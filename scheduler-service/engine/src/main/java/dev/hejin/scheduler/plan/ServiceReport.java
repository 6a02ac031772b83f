package dev.hejin.scheduler.plan;

import java.util.List;

/**
 * How a deployment is served at one moment.
 *
 * @param violations what is wrong; empty when nothing is
 * @param unservedExperts experts of all layers without a live replica
 * @param servedLayers layers whose attention is live
 * @param fullyServedLayers layers whose attention and experts are all live
 * @param layers layers of the model
 */
public record ServiceReport(
    List<ServiceViolation> violations,
    int unservedExperts,
    int servedLayers,
    int fullyServedLayers,
    int layers) {
  public ServiceReport {
    violations = List.copyOf(violations);
  }

  /** Whether every layer and expert has a live replica. */
  public boolean isUp() {
    return fullyServedLayers == layers;
  }

  public boolean has(ServiceViolation.Kind kind) {
    return violations.stream().anyMatch(v -> v.kind() == kind);
  }
}
