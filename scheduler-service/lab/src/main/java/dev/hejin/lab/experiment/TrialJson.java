package dev.hejin.lab.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.lab.trial.TrialResult.HeatMap;
import dev.hejin.lab.trial.TrialResult.Series;
import dev.hejin.lab.trial.TrialResult.StageSpan;
import dev.hejin.lab.trial.TrialResult.WorldEvent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Results of trials as JSON and back. Every figure comes back to the last bit, so that a run that
 * was interrupted ends in the same file. NaN is null.
 */
public final class TrialJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private TrialJson() {}

  /** Short name of a measure in files, such as {@code ttft_p50}. */
  public static String key(Measure measure) {
    return measure.name().toLowerCase(Locale.ROOT);
  }

  /** Figures by name, in the order of {@link Measure}. */
  public static ObjectNode measures(Map<Measure, Double> measures) {
    ObjectNode node = NODES.objectNode();
    for (Measure measure : Measure.values()) {
      Double value = measures.get(measure);
      if (value != null) {
        node.set(key(measure), number(value));
      }
    }
    return node;
  }

  /** Writes a result. */
  public static ObjectNode write(TrialResult result) {
    ObjectNode node = NODES.objectNode();
    node.set("measures", measures(result.measures()));
    node.put("simulatedEvents", result.simulatedEvents());
    node.put("failure", result.failure());
    detail(result, node);
    return node;
  }

  /** Writes what happened over time; nothing where the result does not have it. */
  public static void detail(TrialResult result, ObjectNode node) {
    if (!result.series().isEmpty()) {
      ArrayNode all = node.putArray("series");
      for (Series series : result.series()) {
        ObjectNode one = all.addObject().put("name", series.name()).put("unit", series.unit());
        one.set("seconds", numbers(series.seconds()));
        one.set("values", numbers(series.values()));
      }
    }
    if (!result.heat().isEmpty()) {
      ArrayNode all = node.putArray("heat");
      for (HeatMap heat : result.heat()) {
        ObjectNode one = all.addObject().put("name", heat.name());
        heat.rows().forEach(one.putArray("rows")::add);
        heat.columns().forEach(one.putArray("columns")::add);
        ArrayNode rows = one.putArray("values");
        heat.values().forEach(row -> rows.add(numbers(row)));
      }
    }
    if (!result.stages().isEmpty()) {
      ArrayNode all = node.putArray("stages");
      for (StageSpan span : result.stages()) {
        all.addObject()
            .put("stage", span.stage())
            .put("microbatch", span.microbatch())
            .put("part", span.part())
            .put("startSeconds", span.startSeconds())
            .put("endSeconds", span.endSeconds());
      }
    }
    if (!result.events().isEmpty()) {
      ArrayNode all = node.putArray("events");
      for (WorldEvent event : result.events()) {
        all.addObject()
            .put("seconds", event.seconds())
            .put("kind", event.kind())
            .put("text", event.text());
      }
    }
  }

  /** Reads a result. */
  public static TrialResult read(JsonNode node) {
    List<Series> series = new ArrayList<>();
    for (JsonNode one : node.path("series")) {
      series.add(
          new Series(
              one.path("name").asText(),
              one.path("unit").asText(),
              doubles(one.path("seconds")),
              doubles(one.path("values"))));
    }
    List<HeatMap> heat = new ArrayList<>();
    for (JsonNode one : node.path("heat")) {
      List<List<Double>> values = new ArrayList<>();
      one.path("values").forEach(row -> values.add(doubles(row)));
      heat.add(
          new HeatMap(
              one.path("name").asText(),
              texts(one.path("rows")),
              texts(one.path("columns")),
              values));
    }
    List<StageSpan> stages = new ArrayList<>();
    for (JsonNode one : node.path("stages")) {
      stages.add(
          new StageSpan(
              one.path("stage").asText(),
              one.path("microbatch").asInt(),
              one.path("part").asText(),
              one.path("startSeconds").asDouble(),
              one.path("endSeconds").asDouble()));
    }
    List<WorldEvent> events = new ArrayList<>();
    for (JsonNode one : node.path("events")) {
      events.add(
          new WorldEvent(
              one.path("seconds").asDouble(),
              one.path("kind").asText(),
              one.path("text").asText()));
    }
    return new TrialResult(
        measures(node.path("measures")),
        series,
        heat,
        stages,
        events,
        node.path("simulatedEvents").asLong(),
        node.path("failure").asText());
  }

  /** Reads figures by name; names that are not known are left out. */
  public static Map<Measure, Double> measures(JsonNode node) {
    Map<Measure, Double> measures = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      if (node.has(key(measure))) {
        measures.put(measure, value(node.path(key(measure))));
      }
    }
    return measures;
  }

  /** A number; null where it is not finite, as JSON has no name for that. */
  public static JsonNode number(double value) {
    return Double.isFinite(value) ? NODES.numberNode(value) : NODES.nullNode();
  }

  private static ArrayNode numbers(List<Double> values) {
    ArrayNode node = NODES.arrayNode(values.size());
    values.forEach(value -> node.add(number(value)));
    return node;
  }

  private static List<Double> doubles(JsonNode list) {
    List<Double> values = new ArrayList<>();
    list.forEach(each -> values.add(value(each)));
    return values;
  }

  private static double value(JsonNode node) {
    return node.isNull() ? Double.NaN : node.asDouble();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
