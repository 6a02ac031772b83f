package dev.hejin.lab.experiment;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.TreeSet;

/**
 * What to try, and how often.
 *
 * @param scenario name of the scenario
 * @param story what its file says of it
 * @param text the file, as it was read
 * @param settings what was set for all arms, as in {@code control.rebalance=false}
 * @param version of the code that simulates
 * @param seed the number that all seeds come from
 * @param replications seeds that each arm is tried with
 * @param arms at least one; the first of each point is its baseline
 */
public record ExperimentPlan(
    String scenario,
    String story,
    String text,
    List<String> settings,
    String version,
    long seed,
    int replications,
    List<Arm> arms) {
  /** Checks and copies. */
  public ExperimentPlan {
    requireNonNull(scenario, "scenario");
    requireNonNull(story, "story");
    requireNonNull(text, "text");
    settings = List.copyOf(settings);
    requireNonNull(version, "version");
    arms = List.copyOf(arms);
    if (replications < 1) {
      throw new IllegalArgumentException(
          "replications = " + replications + ": not above 0\nMaybe use 5.");
    }
    TreeSet<String> names = new TreeSet<>();
    for (Arm arm : arms) {
      if (!names.add(arm.name())) {
        throw new IllegalArgumentException(
            "variant = " + arm.name() + ": there are two\nMaybe a value is swept twice.");
      }
    }
    if (arms.isEmpty()) {
      throw new IllegalArgumentException("variants = []: nothing to try\nMaybe name one.");
    }
  }

  /** Points of the sweep, in order; one empty point without a sweep. */
  public List<String> points() {
    return arms.stream().map(Arm::point).distinct().toList();
  }

  /** Names of the variants, in order, each once whatever is swept. */
  public List<String> labels() {
    return arms.stream().map(Arm::label).distinct().toList();
  }

  /**
   * The seed of a replication, the same for every arm: all of them meet the same chance. The first
   * is the seed itself; the others are spread by SplitMix64's finaliser.
   */
  public long seedOf(int replication) {
    if (replication == 0) {
      return seed;
    }
    long z = seed + replication * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
