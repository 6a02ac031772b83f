package dev.hejin.client.stages;

import dev.hejin.scheduler.flow.StagePlan;
import dev.hejin.scheduler.flow.StageProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** What {@code stages} prints. */
final class StagesText {
  private static final double PERCENT = 100;

  private StagesText() {}

  static List<String> lines(StageProblem problem, StagePlan plan, double millis, Object file) {
    List<String> lines = new ArrayList<>();
    lines.add(problem.devices() + " devices, " + problem.layers() + " layers");
    for (var stage : stages(problem, plan).entrySet()) {
      lines.add(stage.getKey() + "  " + stage.getValue());
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "flow    %.1f tokens/s   upper bound %.1f   %s",
            plan.tokensPerSecond(),
            plan.upperBound(),
            plan.gap() == 0
                ? "proved the largest"
                : String.format(Locale.ROOT, "gap %.1f %%", PERCENT * plan.gap())));
    if (!Double.isNaN(plan.servedDecodeTokensPerSecond())) {
      lines.add(
          String.format(
              Locale.ROOT,
              "served  %.1f decode tokens/s, SIMULATED",
              plan.servedDecodeTokensPerSecond()));
    }
    lines.add(String.format(Locale.ROOT, "solve   %.1f ms", millis));
    lines.add("plan    " + file);
    return lines;
  }

  /** Intervals in order of layers, each with its devices by type. */
  private static TreeMap<String, String> stages(StageProblem problem, StagePlan plan) {
    TreeMap<String, TreeMap<String, Integer>> counts = new TreeMap<>();
    for (int i = 0; i < problem.devices(); i++) {
      String key =
          plan.start()[i] < 0
              ? "no layers"
              : String.format(Locale.ROOT, "layers %4d to %4d", plan.start()[i], plan.end()[i] - 1);
      counts
          .computeIfAbsent(key, k -> new TreeMap<>())
          .merge(problem.kind(i).name(), 1, Integer::sum);
    }
    TreeMap<String, String> texts = new TreeMap<>();
    counts.forEach(
        (key, kinds) -> {
          List<String> parts = new ArrayList<>();
          kinds.forEach((name, count) -> parts.add(count + " " + name));
          texts.put(key, String.join(", ", parts));
        });
    return texts;
  }
}
