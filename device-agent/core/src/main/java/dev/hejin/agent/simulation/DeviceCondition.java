package dev.hejin.agent.simulation;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Metric;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What driver or tool told of a device last.
 *
 * @param remarks reasons of health and of throttling
 * @param figures only what was told
 */
public record DeviceCondition(Health health, List<String> remarks, Map<Metric, Double> figures) {
  public DeviceCondition {
    requireNonNull(health, "health");
    remarks = List.copyOf(remarks);
    Map<Metric, Double> copy = new EnumMap<>(Metric.class);
    copy.putAll(figures);
    figures = Collections.unmodifiableMap(copy);
  }
}
