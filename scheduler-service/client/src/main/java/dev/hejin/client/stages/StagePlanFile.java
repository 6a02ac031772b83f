package dev.hejin.client.stages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.scheduler.flow.StagePlan;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Plans as JSON: {@code intervals} by device index, and how good they are. */
final class StagePlanFile {
  private StagePlanFile() {}

  static void write(Path file, String objective, StagePlan plan, double solveMillis) {
    try {
      Files.writeString(file, text(objective, plan, solveMillis) + "\n", StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be written: " + e, "the folder does not exist");
    }
  }

  static String text(String objective, StagePlan plan, double solveMillis) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("objective", objective);
      json.writeNumberField("tokens_per_s", plan.tokensPerSecond());
      json.writeNumberField("upper_bound", plan.upperBound());
      json.writeNumberField("gap", plan.gap());
      if (!Double.isNaN(plan.servedDecodeTokensPerSecond())) {
        json.writeNumberField("simulated_decode_tokens_per_s", plan.servedDecodeTokensPerSecond());
      }
      json.writeNumberField("solve_ms", solveMillis);
      json.writeObjectFieldStart("intervals");
      for (int i = 0; i < plan.start().length; i++) {
        json.writeRaw(i == 0 ? "\n" : "");
        json.writeFieldName(String.valueOf(i));
        if (plan.start()[i] < 0) {
          json.writeNull();
        } else {
          json.writeArray(new int[] {plan.start()[i], plan.end()[i]}, 0, 2);
        }
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
