package dev.hejin.client.pipeline;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.planfile.BadFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The environment variables {@code SGLANG_PP_LAYER_PARTITION} and {@code VLLM_PP_LAYER_PARTITION}:
 * layers of each stage with commas between, as many as pipeline ranks, together all hidden layers.
 * A file holds one line, {@code NAME=15,15,15,16}.
 */
public final class PartitionVariable {
  private static final Pattern LINE =
      Pattern.compile("\\s*(?:(SGLANG|VLLM)_PP_LAYER_PARTITION\\s*=)?\\s*\"?([\\d,\\s]+)\"?\\s*");

  private PartitionVariable() {}

  /** Whether a text is such a line. */
  public static boolean matches(String text) {
    return LINE.matcher(text).matches();
  }

  /** The line for an engine, {@code sglang} or {@code vllm}. */
  public static String format(String engine, Path file, PipelineStages stages) {
    if (stages.layers().contains(0)) {
      throw CommandFailure.refused(
          file
              + ": stages["
              + stages.layers().indexOf(0)
              + "] = 0: "
              + engine
              + " wants layers on every stage.\nMaybe leave the empty stage out.");
    }
    String name = engine.equals("vllm") ? "VLLM" : "SGLANG";
    return name
        + "_PP_LAYER_PARTITION="
        + stages.layers().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** The engine that a line names; empty for bare numbers. */
  public static String engine(String text) {
    Matcher line = LINE.matcher(text);
    return line.matches() && line.group(1) != null ? line.group(1).toLowerCase(Locale.ROOT) : "";
  }

  /** Reads such a line. */
  public static PipelineStages parse(Path file, String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      throw BadFile.field(file, "partition", text.strip(), "not numbers and commas", "15,15,15,16");
    }
    List<Integer> layers = new ArrayList<>();
    for (String part : line.group(2).split(",", -1)) {
      if (!part.strip().matches("\\d{1,5}")) {
        throw BadFile.field(
            file, "partition", text.strip(), "'" + part + "' is no number", "remove a comma");
      }
      layers.add(Integer.valueOf(part.strip()));
    }
    return PipelineStages.checked(file, layers);
  }
}
