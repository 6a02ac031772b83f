package dev.hejin.scheduler.planner;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Precision;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Limits and preferences of one plan.
 *
 * @param policy short name of the expert policy, for example {@code hejin}
 * @param objective what to make best
 * @param allowedPrecisions formats that weights may be held in; empty: the model's own, INT8 where
 *     a device lacks FP8, BF16 and FP16
 * @param redundantExpertShare most slots beyond one for each expert, as a share of the experts of a
 *     layer (0.125 gives 288 slots for 256 experts); fewer where memory does not allow it
 * @param headroomExperts experts' worth of memory kept free on each device for migrations, at least
 *     1
 * @param keepStages with a placement in force: keep stage boundaries and devices where they still
 *     hold, and change experts and token shares only
 * @param seed of every random choice
 * @param mostTensorParallel most devices of a node that may divide attention and dense layers
 *     between them, a power of two; 1: none do, and only such plans can be deployed
 * @param expertsApart whether stages are searched whose attention and routed experts lie on
 *     different devices; only plans without them can be deployed
 */
public record PlanOptions(
    String policy,
    Objective objective,
    Set<Precision> allowedPrecisions,
    double redundantExpertShare,
    int headroomExperts,
    boolean keepStages,
    long seed,
    int mostTensorParallel,
    boolean expertsApart) {

  /** What a plan makes best. */
  public enum Objective {
    /** Most tokens a second. */
    THROUGHPUT,
    /** Fewest dollars for a million tokens. */
    COST
  }

  private static final int MOST_TENSOR_PARALLEL = 16;

  /** The defaults: throughput, the {@code hejin} policy, 1/8 redundant experts. */
  public static final PlanOptions DEFAULT =
      new PlanOptions(
          "hejin", Objective.THROUGHPUT, EnumSet.noneOf(Precision.class), 0.125, 2, false, 1L);

  public PlanOptions {
    requireNonNull(policy, "policy");
    requireNonNull(objective, "objective");
    EnumSet<Precision> allowed = EnumSet.noneOf(Precision.class);
    allowed.addAll(allowedPrecisions);
    allowedPrecisions = Collections.unmodifiableSet(allowed);
    if (!(redundantExpertShare >= 0) || redundantExpertShare > 8) {
      throw new IllegalArgumentException(
          "redundant_expert_share is "
              + redundantExpertShare
              + "\nMaybe 0.125; 0 to 8 are allowed.");
    }
    if (headroomExperts < 1) {
      throw new IllegalArgumentException(
          "headroom_experts is " + headroomExperts + "\nMaybe 2; a migration needs at least 1.");
    }
    if (mostTensorParallel < 1
        || mostTensorParallel > MOST_TENSOR_PARALLEL
        || Integer.bitCount(mostTensorParallel) != 1) {
      throw new IllegalArgumentException(
          "most_tensor_parallel is "
              + mostTensorParallel
              + "\nMaybe 8; 1, 2, 4, 8 and 16 are allowed.");
    }
  }

  /** Options of plans that can be deployed: no device divides its layers with others. */
  public PlanOptions(
      String policy,
      Objective objective,
      Set<Precision> allowedPrecisions,
      double redundantExpertShare,
      int headroomExperts,
      boolean keepStages,
      long seed) {
    this(
        policy,
        objective,
        allowedPrecisions,
        redundantExpertShare,
        headroomExperts,
        keepStages,
        seed,
        1,
        false);
  }

  /** The same with tensor parallel stages searched, up to that size. */
  public PlanOptions withMostTensorParallel(int most) {
    return new PlanOptions(
        policy,
        objective,
        allowedPrecisions,
        redundantExpertShare,
        headroomExperts,
        keepStages,
        seed,
        most,
        expertsApart);
  }

  /**
   * The same with stages searched, or not, whose attention and experts lie on different devices.
   */
  public PlanOptions withExpertsApart(boolean apart) {
    return new PlanOptions(
        policy,
        objective,
        allowedPrecisions,
        redundantExpertShare,
        headroomExperts,
        keepStages,
        seed,
        mostTensorParallel,
        apart);
  }

  public PlanOptions withKeepStages(boolean keep) {
    return new PlanOptions(
        policy,
        objective,
        allowedPrecisions,
        redundantExpertShare,
        headroomExperts,
        keep,
        seed,
        mostTensorParallel,
        expertsApart);
  }
}
