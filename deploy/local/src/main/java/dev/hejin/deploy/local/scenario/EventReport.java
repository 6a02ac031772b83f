package dev.hejin.deploy.local.scenario;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.scenario.CheckLimits;
import dev.hejin.deploy.local.truth.TrueThroughput;
import java.util.List;

/**
 * How the scheduler took one event. All figures are of simulated devices.
 *
 * @param title the event, for people
 * @param isPlanned whether nothing may go unserved
 * @param reaction what the scheduler did
 * @param reason in its words
 * @param adoptedSeconds from the event to the first new plan; NaN when there is none
 * @param activeSeconds from the event until the last new plan was in force; NaN when it is not
 * @param epochs new plans
 * @param movedBytes loaded for them
 * @param experts who placed the experts, and how well
 * @param before just before the event
 * @param worstTokensPerSecond least that was seen after it
 * @param worstBalance least that was seen after it
 * @param after when things had settled
 * @param freshTokensPerSecond of a fresh plan with full knowledge
 * @param judgeTokensPerSecond of the plan in force in the judge's own world
 * @param mostUnserved most experts and layers without a live replica at a time
 * @param unservedSeconds time in which there were any
 * @param violations of what must hold on devices, in words
 * @param violationCount all of them
 * @param looks of the judge in this time
 * @param limits what the scenario demands
 */
public record EventReport(
    String title,
    boolean isPlanned,
    Reaction reaction,
    String reason,
    double adoptedSeconds,
    double activeSeconds,
    int epochs,
    long movedBytes,
    Experts experts,
    TrueThroughput before,
    double worstTokensPerSecond,
    double worstBalance,
    TrueThroughput after,
    double freshTokensPerSecond,
    double judgeTokensPerSecond,
    int mostUnserved,
    double unservedSeconds,
    List<String> violations,
    long violationCount,
    int looks,
    CheckLimits limits) {

  /**
   * The experts of the plan that an event ended with.
   *
   * @param policy that placed them
   * @param movedShards loaded, over all new plans
   * @param balancedness predicted mean device time / max device time; no placement has more than 1
   */
  public record Experts(String policy, long movedShards, double balancedness) {}

  /** What a scheduler can do about an event. */
  public enum Reaction {
    /** It is the steady state: nothing was to be done. */
    STEADY,
    /** It adopted a plan by itself. */
    ADOPTED,
    /** It kept the plan and says that a new one would gain nothing. */
    KEPT,
    /** It adopted a plan when it was asked; the one in force was within the threshold anyway. */
    REFINED,
    /** It adopted a plan that was due, but only when it was asked. */
    ASKED,
    /** It adopted a plan that did not come into force in time. */
    STUCK
  }

  public EventReport {
    requireNonNull(title, "title");
    requireNonNull(reaction, "reaction");
    requireNonNull(reason, "reason");
    requireNonNull(before, "before");
    requireNonNull(after, "after");
    violations = List.copyOf(violations);
    requireNonNull(limits, "limits");
  }

  /** Achieved share of what a fresh plan with full knowledge would reach. */
  public double shareOfFresh() {
    return after.tokensPerSecond() / freshTokensPerSecond;
  }
}
