package dev.hejin.scheduler.plan;

import java.util.BitSet;

/**
 * Shares of the routes that a layer is to have next.
 *
 * <p>Replicas that the target wants take their target shares as soon as all of them serve; others
 * keep what they have. Where that leaves part of an item's tokens without a replica, because one
 * was lost, the rest is shared out anew: by target share, and evenly where the target gives none.
 * Shares depend on who serves, never on the shares of before, so that they come to rest at once.
 */
final class RouteShares {
  private static final double TOLERANCE = 1e-6;

  private final LayerTransition transition;
  private final int[] wanted;
  private final double[] targetSum;
  private final int[] wantedServing;
  private final double[] kept;
  private final double[] weights;

  RouteShares(LayerTransition transition, int items, int[] wanted, double[] targetSum) {
    this.transition = transition;
    this.wanted = wanted;
    this.targetSum = targetSum;
    wantedServing = new int[items];
    kept = new double[items];
    weights = new double[items];
    for (LayerMember member : transition.members) {
      BitSet desired = member.desired;
      for (int item = desired.nextSetBit(0); item >= 0; item = desired.nextSetBit(item + 1)) {
        wantedServing[item] += member.wanted.get(item) ? 1 : 0;
        weights[item] += weight(member, item);
      }
    }
    for (LayerMember member : transition.members) {
      BitSet desired = member.desired;
      for (int item = desired.nextSetBit(0); item >= 0; item = desired.nextSetBit(item + 1)) {
        kept[item] += keep(member, item);
      }
    }
  }

  double share(LayerMember member, int item) {
    double share =
        kept[item] < 1 - TOLERANCE ? weight(member, item) / weights[item] : keep(member, item);
    return Math.min(1, share);
  }

  private double keep(LayerMember member, int item) {
    boolean complete = wanted[item] > 0 && wantedServing[item] == wanted[item];
    if (complete && member.wanted.get(item)) {
      double share = target(member, item);
      return share > 0 || transition.isHome(item) ? share : mean(item);
    }
    return member.live.get(item) ? member.currentShare(item) : weight(member, item);
  }

  private double weight(LayerMember member, int item) {
    double share = target(member, item);
    return share > 0 ? share : mean(item);
  }

  /** The target's share, scaled up where some of the target's devices are not there. */
  private double target(LayerMember member, int item) {
    double sum = targetSum[item];
    double share = member.targetShare(item);
    return sum <= 0 || Math.abs(sum - 1) < TOLERANCE ? share : share / sum;
  }

  private double mean(int item) {
    return 1.0 / Math.max(1, wanted[item]);
  }
}
