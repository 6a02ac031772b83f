package dev.hejin.lab.world;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/** Policies that fail, found as those of a user's jar are. */
public final class FailingPolicies {
  private FailingPolicies() {}

  /** Throws. */
  public static final class Throws implements ExpertPolicy {
    @Override
    public String name() {
      return "throws-for-test";
    }

    @Override
    public LayerPlacement place(LayerProblem problem) {
      throw new IllegalStateException("made to fail");
    }
  }

  /** Leaves experts out. */
  public static final class Invalid implements ExpertPolicy {
    @Override
    public String name() {
      return "invalid-for-test";
    }

    @Override
    public LayerPlacement place(LayerProblem problem) {
      double[] share = new double[problem.experts() / 2];
      int[] expert = new int[share.length];
      Arrays.setAll(expert, e -> e);
      Arrays.fill(share, 1);
      return new LayerPlacement(
          Arrays.stream(expert).map(e -> e % problem.devices()).toArray(), expert, share);
    }
  }
}
