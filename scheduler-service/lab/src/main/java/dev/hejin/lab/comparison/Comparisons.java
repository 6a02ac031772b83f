package dev.hejin.lab.comparison;

import dev.hejin.lab.experiment.Arm;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.statistics.Difference;
import dev.hejin.lab.statistics.Holm;
import dev.hejin.lab.statistics.Interval;
import dev.hejin.lab.trial.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Compares the arms of an experiment, replication by replication under the same seeds.
 *
 * <p>Each arm is compared with the first of its point of the sweep; where each point has one arm
 * only, with the first point. Where a point has arms that believe speeds and arms that do not, the
 * former are also compared with the best of the latter. That one is chosen by the same figures that
 * it is then compared by, which flatters it: the gain that is shown is rather too small.
 */
public final class Comparisons {
  private final Outcome outcome;
  private final List<Arm> arms;

  private Comparisons(Outcome outcome) {
    this.outcome = outcome;
    this.arms = outcome.plan().arms();
  }

  /** All comparisons, by measure, then by role, then by arm. */
  public static List<Comparison> of(Outcome outcome) {
    return new Comparisons(outcome).all();
  }

  private List<Comparison> all() {
    List<Comparison> all = new ArrayList<>();
    for (Measure measure : outcome.measures()) {
      for (List<Integer> family : families()) {
        all.addAll(family(measure, family, family.getFirst(), Comparison.Role.BASELINE));
      }
      for (String point : outcome.plan().points()) {
        OptionalInt best = bestSpeedBlind(measure, point);
        if (best.isPresent()) {
          List<Integer> aware =
              indices(point).stream().filter(i -> !arms.get(i).speedBlind()).toList();
          all.addAll(family(measure, aware, best.getAsInt(), Comparison.Role.BEST_SPEED_BLIND));
        }
      }
    }
    return all;
  }

  /** Arms that are compared with the first of them. */
  private List<List<Integer>> families() {
    ExperimentPlan plan = outcome.plan();
    if (plan.points().size() == arms.size()) {
      return List.of(IntStream.range(0, arms.size()).boxed().toList());
    }
    return plan.points().stream().map(this::indices).toList();
  }

  private List<Integer> indices(String point) {
    return IntStream.range(0, arms.size())
        .filter(i -> arms.get(i).point().equals(point))
        .boxed()
        .toList();
  }

  /** The arm that does not believe speeds and has the best mean; none without an aware one. */
  private OptionalInt bestSpeedBlind(Measure measure, String point) {
    List<Integer> here = indices(point);
    if (here.stream().allMatch(i -> arms.get(i).speedBlind())) {
      return OptionalInt.empty();
    }
    int best = -1;
    double bestMean = 0;
    for (int i : here) {
      double mean = Interval.of(outcome.values(i, measure)).mean();
      if (arms.get(i).speedBlind()
          && !Double.isNaN(mean)
          && (best < 0 || mean > bestMean == measure.moreIsBetter() && mean != bestMean)) {
        best = i;
        bestMean = mean;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private List<Comparison> family(
      Measure measure, List<Integer> family, int against, Comparison.Role role) {
    List<Integer> compared =
        family.stream().filter(i -> i != against && pairs(measure, against, i) > 0).toList();
    List<Difference> differences =
        compared.stream().map(i -> difference(outcome, measure, against, i)).toList();
    double[] adjusted = Holm.adjusted(differences.stream().mapToDouble(Difference::p).toArray());
    List<Comparison> all = new ArrayList<>();
    for (int k = 0; k < compared.size(); k++) {
      Difference difference = differences.get(k);
      all.add(
          new Comparison(
              measure,
              compared.get(k),
              against,
              role,
              difference,
              adjusted[k],
              Verdict.of(measure, difference, adjusted[k])));
    }
    return all;
  }

  private long pairs(Measure measure, int a, int b) {
    return IntStream.range(0, outcome.plan().replications())
        .filter(r -> isPair(outcome, measure, a, b, r))
        .count();
  }

  private static boolean isPair(Outcome outcome, Measure measure, int a, int b, int replication) {
    return outcome.measure(a, replication, measure).isPresent()
        && outcome.measure(b, replication, measure).isPresent();
  }

  /** Of the replications that both arms finished with a figure. */
  public static Difference difference(Outcome outcome, Measure measure, int reference, int arm) {
    int[] both =
        IntStream.range(0, outcome.plan().replications())
            .filter(r -> isPair(outcome, measure, reference, arm, r))
            .toArray();
    return Difference.paired(
        IntStream.of(both).mapToDouble(r -> value(outcome, measure, reference, r)).toArray(),
        IntStream.of(both).mapToDouble(r -> value(outcome, measure, arm, r)).toArray());
  }

  private static double value(Outcome outcome, Measure measure, int arm, int replication) {
    return outcome.measure(arm, replication, measure).orElse(Double.NaN);
  }
}
