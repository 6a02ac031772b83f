package dev.hejin.agent.probe;

import dev.hejin.agent.model.Health;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what several outputs say of one device. What was told first stays: ask the best source
 * first. Unknown and impossible values change nothing.
 */
public final class ReadingBuilder {
  private static final Pattern BUS_ID =
      Pattern.compile("(?:([0-9a-fA-F]{4,8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");
  private static final Set<String> NOTHING =
      Set.of("", "-", "n/a", "na", "none", "unknown", "[n/a]", "[not supported]", "not supported");

  private final String key;
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<Metric, Double> figures = new EnumMap<>(Metric.class);
  private final Set<String> remarks = new LinkedHashSet<>();
  private final Set<ProcessUse> processes = new LinkedHashSet<>();
  private final Map<Metric, String> sources = new EnumMap<>(Metric.class);
  private final Supplier<String> source;
  private Health health = Health.HEALTHY;

  ReadingBuilder(String key, Supplier<String> source) {
    this.key = key;
    this.source = source;
  }

  public ReadingBuilder name(@Nullable String name) {
    return text("name", name);
  }

  public ReadingBuilder uuid(@Nullable String uuid) {
    return text("uuid", uuid);
  }

  public ReadingBuilder serial(@Nullable String serial) {
    return text("serial", serial);
  }

  public ReadingBuilder card(@Nullable String card) {
    return text("card", card);
  }

  public ReadingBuilder partitionOf(@Nullable String other) {
    return text("partitionOf", other);
  }

  public ReadingBuilder driver(@Nullable String version) {
    return text("driver", version);
  }

  public ReadingBuilder firmware(@Nullable String version) {
    return text("firmware", version);
  }

  /** Takes the PCI address out of any usual spelling. */
  public ReadingBuilder busId(@Nullable String bus) {
    return text("bus", busIdIn(bus));
  }

  /** The PCI address in a text, in the spelling of {@link DeviceReading}; null when none is. */
  public static @Nullable String busIdIn(@Nullable String text) {
    Matcher match = BUS_ID.matcher(text == null ? "" : text);
    if (!match.find()) {
      return null;
    }
    String domain = match.group(1) == null ? "0000" : match.group(1);
    String shortened =
        domain.length() == 8 && domain.startsWith("0000") ? domain.substring(4) : domain;
    return "%s:%s:%s.%s"
        .formatted(shortened, match.group(2), match.group(3), match.group(4))
        .toLowerCase(Locale.ROOT);
  }

  /** Notes a figure. */
  public ReadingBuilder figure(Metric metric, @Nullable Double value) {
    if (value != null && metric.allows(value) && figures.putIfAbsent(metric, value) == null) {
      sources.put(metric, source.get());
    }
    return this;
  }

  public boolean knows(Metric metric) {
    return figures.containsKey(metric);
  }

  /** Worsens the health, with the reason. */
  public ReadingBuilder atBest(Health worse, String reason) {
    if (worse.compareTo(health) > 0) {
      health = worse;
    }
    return remark(reason);
  }

  public ReadingBuilder remark(String remark) {
    if (!remark.isBlank()) {
      remarks.add(remark.strip());
    }
    return this;
  }

  public ReadingBuilder process(ProcessUse process) {
    if (processes.stream().noneMatch(known -> known.pid() == process.pid())) {
      processes.add(process);
    }
    return this;
  }

  private ReadingBuilder text(String field, @Nullable String value) {
    if (value != null && !NOTHING.contains(value.strip().toLowerCase(Locale.ROOT))) {
      texts.putIfAbsent(field, value.strip());
    }
    return this;
  }

  /** What the tool calls the device. */
  public String key() {
    return key;
  }

  /** The serial number noted so far; empty when unknown. */
  public String serial() {
    return told("serial");
  }

  /** One of the texts noted so far; empty when unknown. */
  String told(String field) {
    return texts.getOrDefault(field, "");
  }

  DeviceReading build() {
    if (told("name").isEmpty() && told("bus").isEmpty() && figures.isEmpty()) {
      remarks.add("the tool tells nothing of this device but that it is there");
    }
    Double used = figures.get(Metric.MEMORY_USED_BYTES);
    Double total = figures.get(Metric.MEMORY_TOTAL_BYTES);
    Double uncorrected = figures.get(Metric.ECC_UNCORRECTED_COUNT);
    if (used != null && total != null && used > total) {
      figures.remove(Metric.MEMORY_USED_BYTES);
      sources.remove(Metric.MEMORY_USED_BYTES);
      remarks.add("memory in use is told as more than there is, so it counts as unknown");
    }
    if (uncorrected != null && uncorrected > 0) {
      atBest(Health.DEGRADED, "ECC: %.0f uncorrectable errors".formatted(uncorrected));
    }
    List<String> allRemarks = new ArrayList<>(remarks);
    return new DeviceReading(
        key,
        told("name"),
        told("uuid"),
        told("serial"),
        told("bus"),
        told("card"),
        told("partitionOf"),
        told("driver"),
        told("firmware"),
        health,
        figures,
        sources,
        allRemarks,
        List.copyOf(processes));
  }
}
