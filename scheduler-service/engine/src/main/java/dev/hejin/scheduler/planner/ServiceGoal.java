package dev.hejin.scheduler.planner;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a service of several pipelines is to be best at, and what it must keep.
 *
 * @param objective what is made best
 * @param demandTokensPerSecond decoded tokens a second that the plan must reach; 0: none
 * @param mostTokenSeconds limit of the time between two tokens (TPOT); infinite: none
 * @param mostFirstTokenSeconds limit of the time to the first token (TTFT); infinite: none
 * @param roles whether prompts are read where tokens are decoded
 * @param requestTraffic shape of requests, or null: only decoding is planned and the time to the
 *     first token is not known
 */
public record ServiceGoal(
    Objective objective,
    double demandTokensPerSecond,
    double mostTokenSeconds,
    double mostFirstTokenSeconds,
    Roles roles,
    @Nullable Traffic requestTraffic) {

  /** What is made best. */
  public enum Objective {
    /** Most tokens a second. */
    THROUGHPUT,
    /** Least rent for a token; with a demand, least rent. */
    COST,
    /** Fewest devices for the demand. */
    DEVICES,
    /** Least energy for a token, by design power; with a demand, least power. */
    ENERGY
  }

  /** Where prompts are read. */
  public enum Roles {
    /** By the pipelines that decode. */
    TOGETHER,
    /** By pipelines of their own. */
    APART,
    /** The better of the two. */
    BEST
  }

  /** Throughput, nothing to keep, decoding alone. */
  public static final ServiceGoal DEFAULT =
      new ServiceGoal(
          Objective.THROUGHPUT,
          0,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          Roles.TOGETHER,
          null);

  public ServiceGoal {
    requireNonNull(objective, "objective");
    requireNonNull(roles, "roles");
    if (!(demandTokensPerSecond >= 0) || Double.isInfinite(demandTokensPerSecond)) {
      throw new IllegalArgumentException(
          "demand is " + demandTokensPerSecond + " tokens/s\nMaybe give a number above 0.");
    }
    if (!(mostTokenSeconds > 0) || !(mostFirstTokenSeconds > 0)) {
      throw new IllegalArgumentException(
          "limits are "
              + mostTokenSeconds
              + " s for each token and "
              + mostFirstTokenSeconds
              + " s for the first\nMaybe give seconds above 0.");
    }
    if (objective == Objective.DEVICES && demandTokensPerSecond == 0) {
      throw new IllegalArgumentException(
          "objective DEVICES has no demand\nMaybe say how many tokens a second are needed.");
    }
    boolean limited = mostFirstTokenSeconds < Double.POSITIVE_INFINITY;
    if (requestTraffic == null && (limited || roles != Roles.TOGETHER)) {
      throw new IllegalArgumentException(
          (limited ? "a limit of the time to the first token" : "roles " + roles)
              + " needs the traffic\nMaybe give the lengths of prompts and of outputs.");
    }
  }

  public Optional<Traffic> traffic() {
    return Optional.ofNullable(requestTraffic);
  }

  /** Whether all sequences of the workload are to be served at once, rather than at most these. */
  boolean servesAll() {
    return demandTokensPerSecond == 0 && !isLimited() && roles == Roles.TOGETHER;
  }

  boolean isLimited() {
    return mostTokenSeconds < Double.POSITIVE_INFINITY
        || mostFirstTokenSeconds < Double.POSITIVE_INFINITY;
  }

  /** Whether the plan is the old one: most throughput for all sequences of the workload. */
  boolean isPlain() {
    return equals(DEFAULT);
  }

  ServiceGoal withObjective(Objective other) {
    return new ServiceGoal(
        other,
        other == Objective.THROUGHPUT ? 0 : demandTokensPerSecond,
        mostTokenSeconds,
        mostFirstTokenSeconds,
        roles,
        requestTraffic);
  }

  ServiceGoal withRoles(Roles other) {
    return new ServiceGoal(
        objective,
        demandTokensPerSecond,
        mostTokenSeconds,
        mostFirstTokenSeconds,
        other,
        requestTraffic);
  }
}
