package dev.hejin.lab.experiment;

import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.Simulator;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.lab.trial.TrialResult.HeatMap;
import dev.hejin.lab.trial.TrialResult.Series;
import dev.hejin.lab.trial.TrialResult.StageSpan;
import dev.hejin.lab.trial.TrialResult.WorldEvent;
import dev.hejin.lab.trial.Variant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A world whose truth is known: throughput is 1000 plus noise of the seed plus what the setting
 * {@code gain} says. The setting {@code fails} makes the policy throw.
 */
public final class FakeWorld implements Simulator {
  private final AtomicInteger runs = new AtomicInteger();

  /** How many trials were simulated. */
  public int runs() {
    return runs.get();
  }

  @Override
  public TrialResult run(Variant variant, long seed) {
    runs.incrementAndGet();
    Map<String, String> settings = variant.settings();
    if (settings.containsKey("fails")) {
      throw new IllegalStateException("no device fits");
    }
    Random random = new Random(seed);
    double noise = random.nextGaussian() * 50;
    double own = new Random(seed ^ settings.hashCode()).nextGaussian();
    double gain = Double.parseDouble(settings.getOrDefault("gain", "0"));
    Map<Measure, Double> measures = new EnumMap<>(Measure.class);
    measures.put(Measure.THROUGHPUT, 1000 + noise + gain + own);
    measures.put(Measure.TPOT_P99, 40 - gain / 10 + own / 10);
    measures.put(Measure.BYTES_MOVED, 0.0);
    return new TrialResult(
        measures,
        List.of(
            new Series(
                "throughput",
                "tokens/s",
                List.of(0.0, 50.0, 100.0),
                List.of(900 + noise, 1000 + gain, 1.0 / 3))),
        List.of(
            new HeatMap(
                "chat",
                List.of("a/0", "a/1"),
                List.of("3", "4"),
                List.of(List.of(0.9, 1.1), List.of(1.1, Double.NaN)))),
        List.of(
            new StageSpan("stage 0, 2 x H20", 0, "compute", 10, 10.02),
            new StageSpan("stage 0, 2 x H20", 0, "transfer", 10.02, 10.03)),
        List.of(
            new WorldEvent(20, "fault", "node a <lost>"),
            new WorldEvent(22, "plan", "replaced & loaded")),
        7,
        "");
  }

  /** A plan with arms of these gains; NaN makes one that fails. */
  public static ExperimentPlan plan(int replications, double... gains) {
    List<Arm> arms = new ArrayList<>();
    for (int i = 0; i < gains.length; i++) {
      String name = "v" + i;
      Map<String, String> settings =
          Double.isNaN(gains[i])
              ? Map.of("fails", "yes")
              : Map.of("gain", String.valueOf(gains[i]));
      arms.add(new Arm("", name, new Variant(name, settings), i > 0, ""));
    }
    return new ExperimentPlan(
        "made-up", "A story.", "name: made-up\n", List.of(), "test", 5, replications, arms);
  }
}
