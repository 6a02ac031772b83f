package dev.hejin.client.pipeline;

import dev.hejin.client.planfile.BadFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Megatron's {@code --pipeline-model-parallel-layout}: E is the embedding (first, once), t a
 * decoder layer, m a layer of multi-token prediction, L the loss (last, once); {@code |} ends a
 * stage, {@code x*n} and {@code (..)*n} repeat, commas mean nothing. The number of stages is a
 * multiple of the pipeline ranks; stage k runs on rank k mod ranks. Source: Megatron-LM,
 * core/transformer/pipeline_parallel_layer_layout.py.
 */
public final class MegatronLayout {
  private static final Pattern TEXT = Pattern.compile("[EtmL|()*\\d,\\s]+");
  private static final Pattern GROUP = Pattern.compile("\\(([^()]+)\\)\\*(\\d{1,5})");
  private static final Pattern ONE = Pattern.compile("([EtmL|])\\*(\\d{1,5})");
  private static final int MAX_LENGTH = 1_000_000;

  private MegatronLayout() {}

  /** Whether a text looks like a layout. */
  public static boolean matches(String text) {
    return TEXT.matcher(text).matches() && text.contains("t");
  }

  /** The layout of stages, with {@code mtpLayers} layers of multi-token prediction in the last. */
  public static String format(PipelineStages stages, int mtpLayers) {
    StringBuilder text = new StringBuilder("E");
    for (int k = 0; k < stages.layers().size(); k++) {
      text.append(k == 0 ? "" : "|").append(times('t', stages.layers().get(k)));
    }
    return text.append(times('m', mtpLayers)).append('L').toString();
  }

  private static String times(char layer, int count) {
    return count == 0 ? "" : count == 1 ? String.valueOf(layer) : layer + "*" + count;
  }

  /** Reads a layout: decoder layers by stage. Where E, m and L are is checked, and not kept. */
  public static PipelineStages parse(Path file, String text) {
    String flat = text.strip().replace(",", "").replaceAll("\\s", "");
    flat = unroll(file, GROUP, flat);
    flat = unroll(file, ONE, flat);
    if (!flat.matches("[EtmL|]*")) {
      throw bad(file, flat, "a letter, bracket or count that layouts do not have");
    }
    String line = flat.replace("|", "");
    if (!line.matches("Et*m*L")) {
      throw bad(file, line, "not one E, then every t, then every m, then one L");
    }
    List<Integer> layers = new ArrayList<>();
    for (String stage : flat.split("\\|", -1)) {
      layers.add((int) stage.chars().filter(c -> c == 't').count());
    }
    return PipelineStages.checked(file, layers);
  }

  private static String unroll(Path file, Pattern pattern, String text) {
    StringBuilder out = new StringBuilder();
    Matcher match = pattern.matcher(text);
    int from = 0;
    while (match.find()) {
      out.append(text, from, match.start());
      long times = Long.parseLong(match.group(2));
      if (out.length() + times * match.group(1).length() > MAX_LENGTH) {
        throw bad(file, match.group(), "repeats too often");
      }
      out.repeat(match.group(1), (int) times);
      from = match.end();
    }
    return out.append(text, from, text.length()).toString();
  }

  private static RuntimeException bad(Path file, String value, String reason) {
    return BadFile.field(file, "layout", value, reason, "write it like Et*15|t*15|t*15|t*16L");
  }
}
