package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Placement;
import java.util.List;

/**
 * A placement with what it needs and what it is expected to do.
 *
 * @param placement where everything lives
 * @param memory one for each device of the placement, in placement order
 * @param prediction what the cost model says
 * @param refusals devices and layouts not taken, each with its reason
 * @param assumptions figures that nobody knows and what was assumed for them
 * @param policy short name of the expert policy
 */
public record Plan(
    Placement placement,
    List<DeviceMemory> memory,
    Prediction prediction,
    List<Refusal> refusals,
    List<String> assumptions,
    String policy) {
  public Plan {
    requireNonNull(placement, "placement");
    memory = List.copyOf(memory);
    requireNonNull(prediction, "prediction");
    refusals = List.copyOf(refusals);
    assumptions = List.copyOf(assumptions);
    requireNonNull(policy, "policy");
  }
}
