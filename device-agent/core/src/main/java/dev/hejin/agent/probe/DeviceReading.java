package dev.hejin.agent.probe;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.Health;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a tool or driver says of one device at one moment. Texts are empty and figures absent when
 * unknown.
 *
 * @param key what the tool calls the device; unique in its inventory
 * @param name chip as the tool names it
 * @param busId PCI address, lower case, domain of four digits: {@code 0000:83:00.0}
 * @param card devices with the same one sit on one card; empty: not told
 * @param partitionOf key of the device that this one is a slice of; empty: a whole device
 * @param sources for each figure, the command or library that told it
 * @param remarks reasons of health and throttling, in the tool's words
 */
public record DeviceReading(
    String key,
    String name,
    String uuid,
    String serial,
    String busId,
    String card,
    String partitionOf,
    String driverVersion,
    String firmwareVersion,
    Health health,
    Map<Metric, Double> figures,
    Map<Metric, String> sources,
    List<String> remarks,
    List<ProcessUse> processes) {
  public DeviceReading {
    requireNonNull(key, "key");
    requireNonNull(name, "name");
    requireNonNull(uuid, "uuid");
    requireNonNull(serial, "serial");
    requireNonNull(busId, "busId");
    requireNonNull(card, "card");
    requireNonNull(partitionOf, "partitionOf");
    requireNonNull(driverVersion, "driverVersion");
    requireNonNull(firmwareVersion, "firmwareVersion");
    requireNonNull(health, "health");
    Map<Metric, Double> copy = new EnumMap<>(Metric.class);
    copy.putAll(figures);
    figures = Collections.unmodifiableMap(copy);
    Map<Metric, String> told = new EnumMap<>(Metric.class);
    told.putAll(sources);
    sources = Collections.unmodifiableMap(told);
    remarks = List.copyOf(remarks);
    processes = List.copyOf(processes);
  }

  /** The same in another state, for one more reason. */
  public DeviceReading withHealth(Health now, String remark) {
    return new DeviceReading(
        key,
        name,
        uuid,
        serial,
        busId,
        card,
        partitionOf,
        driverVersion,
        firmwareVersion,
        now,
        figures,
        sources,
        Stream.concat(remarks.stream(), Stream.of(remark)).toList(),
        processes);
  }

  /** The figure; null when unknown. */
  public @Nullable Double figure(Metric metric) {
    return figures.get(metric);
  }

  /** Who told the figure; empty when nobody did. */
  public String source(Metric metric) {
    return sources.getOrDefault(metric, "");
  }
}
