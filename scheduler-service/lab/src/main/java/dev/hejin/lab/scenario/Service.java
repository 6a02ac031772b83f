package dev.hejin.lab.scenario;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One model that is served.
 *
 * @param name unique in the scenario
 * @param model short name of the model in the catalogue
 * @param nodes the nodes that it has; empty: all
 */
public record Service(
    String name,
    String model,
    List<String> nodes,
    Traffic traffic,
    Limits limits,
    Routing routing,
    Serving serving) {
  /** Checks and copies. */
  public Service {
    requireNonNull(name, "name");
    requireNonNull(model, "model");
    nodes = List.copyOf(nodes);
    requireNonNull(traffic, "traffic");
    requireNonNull(limits, "limits");
    requireNonNull(routing, "routing");
    requireNonNull(serving, "serving");
  }
}
