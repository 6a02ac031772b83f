package dev.hejin.lab.experiment;

import static java.util.Objects.requireNonNull;

import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.TrialResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What an experiment found, trial by trial; those that an interruption left out are missing. */
public final class Outcome {
  private final ExperimentPlan plan;
  private final List<List<@Nullable TrialResult>> results;

  /**
   * @param results by arm and replication; null where a trial was not run
   */
  public Outcome(ExperimentPlan plan, @Nullable TrialResult[][] results) {
    this.plan = requireNonNull(plan, "plan");
    List<List<@Nullable TrialResult>> copy = new ArrayList<>();
    for (@Nullable TrialResult[] ofArm : results) {
      copy.add(Collections.unmodifiableList(new ArrayList<>(Arrays.asList(ofArm))));
    }
    this.results = Collections.unmodifiableList(copy);
  }

  /** What was tried. */
  public ExperimentPlan plan() {
    return plan;
  }

  /** The result of one trial. */
  public Optional<TrialResult> result(int arm, int replication) {
    return Optional.ofNullable(results.get(arm).get(replication));
  }

  /** How many trials ended. */
  public int finished() {
    return (int) results.stream().flatMap(List::stream).filter(r -> r != null).count();
  }

  /** Whether trials are missing. */
  public boolean isPartial() {
    return finished() < plan.arms().size() * plan.replications();
  }

  /** Why trials of an arm came to nothing, each reason once. */
  public List<String> failures(int arm) {
    List<String> failures = new ArrayList<>();
    for (TrialResult result : results.get(arm)) {
      if (result != null && !result.succeeded() && !failures.contains(result.failure())) {
        failures.add(result.failure());
      }
    }
    return failures;
  }

  /** A measure in one trial, where it was told. */
  public Optional<Double> measure(int arm, int replication, Measure measure) {
    TrialResult result = results.get(arm).get(replication);
    if (result == null || !result.succeeded()) {
      return Optional.empty();
    }
    Double value = result.measures().get(measure);
    return value == null || !Double.isFinite(value) ? Optional.empty() : Optional.of(value);
  }

  /** All figures of a measure in an arm, by replication. */
  public double[] values(int arm, Measure measure) {
    return IntStream.range(0, plan.replications())
        .mapToObj(r -> measure(arm, r, measure))
        .flatMap(Optional::stream)
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** Whether a measure is zero in every trial of these arms. */
  public boolean isZero(Measure measure, List<Integer> arms) {
    return arms.stream()
        .allMatch(arm -> DoubleStream.of(values(arm, measure)).allMatch(value -> value == 0));
  }

  /** Measures that some trial told, in the order of {@link Measure}. */
  public List<Measure> measures() {
    return Arrays.stream(Measure.values())
        .filter(
            m -> IntStream.range(0, plan.arms().size()).anyMatch(arm -> values(arm, m).length > 0))
        .toList();
  }
}
