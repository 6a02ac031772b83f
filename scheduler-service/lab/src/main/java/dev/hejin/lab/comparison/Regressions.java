package dev.hejin.lab.comparison;

import static java.util.Objects.requireNonNull;

import dev.hejin.lab.comparison.StoredResult.StoredArm;
import dev.hejin.lab.comparison.StoredResult.StoredTrial;
import dev.hejin.lab.statistics.Difference;
import dev.hejin.lab.statistics.Holm;
import dev.hejin.lab.trial.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What changed between two result files of one scenario. Trials of one seed are pairs; where the
 * files share no two seeds in an arm, Welch's test takes the place of the paired one. Holm's
 * correction spans all arms and measures, since one look asks them all.
 *
 * @param changes of arms that both files have, by arm and measure
 * @param missing arms that only one file has
 * @param newFailures arms in which more trials fail in the second file than in the first
 */
public record Regressions(List<Change> changes, List<String> missing, List<String> newFailures) {
  /** Checks and copies. */
  public Regressions {
    changes = List.copyOf(changes);
    missing = List.copyOf(missing);
    newFailures = List.copyOf(newFailures);
  }

  /** One measure of one arm. */
  public record Change(
      String arm, Measure measure, Difference difference, double adjustedP, Verdict verdict) {
    /** Checks that nothing is null. */
    public Change {
      requireNonNull(arm, "arm");
      requireNonNull(measure, "measure");
      requireNonNull(difference, "difference");
      requireNonNull(verdict, "verdict");
    }

    /** The verdict in words. */
    public String text() {
      return verdict.text(measure, difference, adjustedP);
    }
  }

  private record Asked(String arm, Measure measure, Difference difference) {}

  /** Compares the second file with the first. */
  public static Regressions of(StoredResult first, StoredResult second) {
    Map<String, StoredArm> before = byName(first);
    Map<String, StoredArm> after = byName(second);
    List<Asked> asked = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Map.Entry<String, StoredArm> entry : before.entrySet()) {
      StoredArm other = after.get(entry.getKey());
      if (other != null) {
        for (Measure measure : Measure.values()) {
          Difference difference = difference(measure, entry.getValue(), other);
          if (difference.interval().count() > 0) {
            asked.add(new Asked(entry.getKey(), measure, difference));
          }
        }
        if (failed(other) > failed(entry.getValue())) {
          failures.add(entry.getKey());
        }
      }
    }
    double[] adjusted =
        Holm.adjusted(asked.stream().mapToDouble(one -> one.difference().p()).toArray());
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      Asked one = asked.get(i);
      Verdict verdict = Verdict.of(one.measure(), one.difference(), adjusted[i]);
      changes.add(new Change(one.arm(), one.measure(), one.difference(), adjusted[i], verdict));
    }
    return new Regressions(changes, missing(before, after), failures);
  }

  /** Whether anything got worse for sure, or fails that did not. */
  public boolean any() {
    return !newFailures.isEmpty()
        || changes.stream().anyMatch(change -> change.verdict() == Verdict.WORSE);
  }

  private static Map<String, StoredArm> byName(StoredResult result) {
    Map<String, StoredArm> arms = new LinkedHashMap<>();
    result.arms().forEach(arm -> arms.put(arm.name(), arm));
    return arms;
  }

  private static List<String> missing(Map<String, StoredArm> a, Map<String, StoredArm> b) {
    List<String> missing = new ArrayList<>();
    a.keySet().stream().filter(name -> !b.containsKey(name)).forEach(missing::add);
    b.keySet().stream().filter(name -> !a.containsKey(name)).forEach(missing::add);
    return missing;
  }

  private static long failed(StoredArm arm) {
    return arm.trials().stream().filter(trial -> !trial.failure().isEmpty()).count();
  }

  private static Difference difference(Measure measure, StoredArm first, StoredArm second) {
    List<double[]> pairs = new ArrayList<>();
    for (StoredTrial a : first.trials()) {
      for (StoredTrial b : second.trials()) {
        double x = a.value(measure);
        double y = b.value(measure);
        if (a.seed() == b.seed() && !Double.isNaN(x) && !Double.isNaN(y)) {
          pairs.add(new double[] {x, y});
        }
      }
    }
    if (pairs.size() >= 2) {
      return Difference.paired(
          pairs.stream().mapToDouble(pair -> pair[0]).toArray(),
          pairs.stream().mapToDouble(pair -> pair[1]).toArray());
    }
    return Difference.unpaired(values(measure, first), values(measure, second));
  }

  private static double[] values(Measure measure, StoredArm arm) {
    double[] values = arm.trials().stream().mapToDouble(trial -> trial.value(measure)).toArray();
    return Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
  }
}
