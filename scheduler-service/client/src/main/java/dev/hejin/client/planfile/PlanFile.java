package dev.hejin.client.planfile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Plans on disk: one JSON object; see {@link StoredPlan} for what its fields mean. */
public final class PlanFile {
  private static final JsonFactory FACTORY = new JsonFactory();

  private PlanFile() {}

  /** Reads a plan and checks that its parts fit together. */
  public static StoredPlan read(Path file) {
    Draft draft = new Draft();
    JsonFile.read(file, draft);
    return StoredPlanChecks.checked(
        file,
        draft.rows,
        draft.deviceSlots,
        draft.speeds,
        draft.counts,
        draft.replicaWeights,
        draft.history,
        draft.firstMoeLayer);
  }

  /** Writes a plan; without an outcome the figures that nobody computed are left out. */
  public static void write(Path file, StoredPlan plan, @Nullable Outcome outcome) {
    try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        JsonGenerator json = FACTORY.createGenerator(writer)) {
      json.writeStartObject();
      if (outcome != null) {
        summary(json, plan, outcome);
      }
      if (plan.firstMoeLayer() > 0) {
        json.writeNumberField("first_moe_layer", plan.firstMoeLayer());
      }
      json.writeFieldName("device_slots");
      json.writeArray(plan.deviceSlots(), 0, plan.deviceSlots().length);
      numbers(json, "speeds", plan.speeds());
      rows(json, "physical_to_logical_map", plan.slotExpert());
      rows(json, "logical_count", plan.counts());
      numbers(json, "replica_weights", plan.replicaWeights());
      json.writeArrayFieldStart("history");
      for (double[][] window : plan.history()) {
        numbers(json, null, window);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be written: " + e, "the folder does not exist");
    }
  }

  /** The figures of a plan without its tables. */
  public static void summary(JsonGenerator json, StoredPlan plan, Outcome outcome)
      throws IOException {
    json.writeStringField("policy", outcome.policy());
    json.writeStringField("split", outcome.split());
    json.writeNumberField("layers", plan.slotExpert().length);
    json.writeNumberField("experts", plan.counts()[0].length);
    json.writeNumberField("balancedness", outcome.balancedness());
    json.writeNumberField("upper_bound", outcome.upperBound());
    json.writeNumberField("layer_seconds_sum", outcome.seconds());
    json.writeNumberField("lower_bound_seconds_sum", outcome.boundSeconds());
    json.writeNumberField("moves", outcome.moves());
    json.writeObjectFieldStart("solve_ms");
    json.writeNumberField("min", outcome.minMillis());
    json.writeNumberField("median", outcome.medianMillis());
    json.writeNumberField("first", outcome.firstMillis());
    json.writeEndObject();
    Outcome.Crossing crossing = outcome.crossing();
    if (crossing != null) {
      json.writeObjectFieldStart("cross_node_traffic");
      json.writeNumberField("before", crossing.before());
      json.writeNumberField("after", crossing.after());
      json.writeEndObject();
    }
  }

  private static void rows(JsonGenerator json, String name, int[][] rows) throws IOException {
    json.writeArrayFieldStart(name);
    for (int[] row : rows) {
      json.writeRaw('\n');
      json.writeArray(row, 0, row.length);
    }
    json.writeEndArray();
  }

  private static void numbers(JsonGenerator json, String name, double[] row) throws IOException {
    json.writeFieldName(name);
    row(json, row);
  }

  private static void numbers(JsonGenerator json, @Nullable String name, double[][] rows)
      throws IOException {
    if (name != null) {
      json.writeFieldName(name);
    }
    json.writeStartArray();
    for (double[] row : rows) {
      json.writeRaw('\n');
      row(json, row);
    }
    json.writeEndArray();
  }

  /** Whole numbers without a fraction: most loads are counts. */
  private static void row(JsonGenerator json, double[] row) throws IOException {
    json.writeStartArray();
    for (double value : row) {
      if (value == Math.rint(value) && Math.abs(value) < 1e15) {
        json.writeNumber((long) value);
      } else {
        json.writeNumber(value);
      }
    }
    json.writeEndArray();
  }

  private static final class Draft implements JsonFile.Fields {
    private int[][] rows = {};
    private int[][] counts = {};
    private int[] deviceSlots = {};
    private double[] speeds = {};
    private double[][] replicaWeights = {};
    private double[][][] history = {};
    private int firstMoeLayer;

    @Override
    public void field(String name, JsonFile json) throws IOException {
      switch (name) {
        case "physical_to_logical_map" -> rows = json.wholeMatrix(name);
        case "logical_count" -> counts = json.wholeMatrix(name);
        case "device_slots" -> deviceSlots = json.wholeRow(name);
        case "speeds" -> speeds = json.row(name);
        case "replica_weights" -> replicaWeights = json.matrix(name);
        case "first_moe_layer" -> firstMoeLayer = json.wholeNumber(name);
        case "history" -> history = json.matrices(name);
        default -> json.skip();
      }
    }
  }
}
