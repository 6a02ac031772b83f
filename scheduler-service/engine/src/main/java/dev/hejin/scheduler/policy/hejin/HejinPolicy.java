package dev.hejin.scheduler.policy.hejin;

import dev.hejin.scheduler.balance.BalanceOptions;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.Balancer;
import dev.hejin.scheduler.balance.Split;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/**
 * Hejin's own balancer ({@link Balancer}) as a policy: replica counts, packing and shares for
 * devices that differ in speed, slots and fixed cost of a resident expert, and few copies where a
 * placement is in force.
 *
 * <p>Hard constraints: every expert somewhere, at most once on a device, slots kept. Method and
 * sources are told there. Complexity for E experts and S slots on D devices: O(S log D + S D)
 * without exchanges, then a bounded number of exchanges.
 *
 * <p>Example: two devices, the first twice as fast, experts with loads 0.6, 0.2, 0.2, one extra
 * replica, no fixed time. The first expert is on both, and its shares are set so that the fast
 * device gets 2/3 of all tokens.
 */
public final class HejinPolicy implements ExpertPolicy {
  private static final BalanceOptions OPTIONS = BalanceOptions.DEFAULT.with(Split.WEIGHTED);

  @Override
  public String name() {
    return "hejin";
  }

  @Override
  public LayerPlacement place(LayerProblem problem) {
    int[] slots = slots(problem);
    BalanceProblem.Builder builder = builder(problem, slots);
    LayerPlacement previous = problem.previous();
    if (previous != null && previous.slots() > 0) {
      builder.previous(new int[][] {Holdings.row(problem, previous, slots)});
    }
    return solved(builder, slots);
  }

  @Override
  public LayerPlacement mend(LayerProblem problem, int lost) {
    LayerPlacement previous = problem.previous();
    if (previous == null || previous.slots() == 0) {
      return place(problem);
    }
    int[] slots = slots(problem);
    int[] held = Holdings.counts(problem, previous, slots);
    int sum = Arrays.stream(held).sum();
    int more = Math.max(lost + previous.slots(), problem.experts()) - sum;
    // Slots that cannot come into use would only be walked over: with much memory they are many.
    for (int d = 0; d < slots.length; d++) {
      slots[d] = Math.min(slots[d], held[d] + more + Balancer.MENDING_STEPS);
    }
    return solved(
        builder(problem, slots)
            .previous(new int[][] {Holdings.row(problem, previous, slots)})
            .mend(more),
        slots);
  }

  private static int[] slots(LayerProblem problem) {
    int[] slots = new int[problem.devices()];
    Arrays.setAll(slots, d -> Math.min(problem.slots()[d], problem.experts()));
    return slots;
  }

  private static BalanceProblem.Builder builder(LayerProblem problem, int[] slots) {
    double[] speeds = new double[slots.length];
    Arrays.setAll(speeds, d -> 1 / problem.tokenSeconds()[d]);
    double[] tokens = new double[problem.experts()];
    Arrays.setAll(tokens, e -> problem.load()[e] * problem.routedTokens());
    return BalanceProblem.builder(new double[][] {tokens}, slots)
        .speeds(speeds)
        .fixedSeconds(problem.fixedSeconds())
        .replicas(problem.replicas())
        .clumping(problem.clumping());
  }

  private static LayerPlacement solved(BalanceProblem.Builder builder, int[] slots) {
    return placement(new Balancer(OPTIONS).balance(builder.build()), slots);
  }

  private static LayerPlacement placement(BalanceResult result, int[] slots) {
    int[] row = result.slotExpert()[0];
    double[] weights = result.replicaWeights()[0];
    int used = 0;
    for (int e : row) {
      used += e >= 0 ? 1 : 0;
    }
    int[] device = new int[used];
    int[] expert = new int[used];
    double[] share = new double[used];
    int slot = 0;
    int n = 0;
    for (int d = 0; d < slots.length; d++) {
      for (int k = 0; k < slots[d]; k++, slot++) {
        if (row[slot] >= 0) {
          device[n] = d;
          expert[n] = row[slot];
          share[n++] = weights[slot];
        }
      }
    }
    return new LayerPlacement(device, expert, share);
  }
}
