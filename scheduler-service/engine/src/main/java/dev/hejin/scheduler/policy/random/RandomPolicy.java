package dev.hejin.scheduler.policy.random;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.GreedyPacking;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A floor to compare with: each expert on a device drawn by chance, then the other replicas of
 * experts drawn by chance, whatever the load. Chance comes from the seed of the problem and its
 * loads, so that the same problem gives the same placement and layers differ. Complexity: O(S D).
 */
public final class RandomPolicy implements ExpertPolicy {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public LayerPlacement place(LayerProblem problem) {
    SplittableRandom random =
        new SplittableRandom(problem.seed() ^ Arrays.hashCode(problem.load()));
    int[] free = problem.slots().clone();
    int[][] hosts = new int[problem.experts()][0];
    for (int r = 0; r < problem.replicas(); r++) {
      int e = r < hosts.length ? r : random.nextInt(hosts.length);
      int[] on = hosts[e];
      int[] able = able(free, on);
      if (able.length > 0) {
        int d = able[random.nextInt(able.length)];
        int[] more = Arrays.copyOf(on, on.length + 1);
        more[on.length] = d;
        hosts[e] = more;
        free[d]--;
      }
    }
    return GreedyPacking.evenly(hosts);
  }

  private static int[] able(int[] free, int[] on) {
    int[] able = new int[free.length];
    int n = 0;
    for (int d = 0; d < free.length; d++) {
      int device = d;
      if (free[d] > 0 && Arrays.stream(on).noneMatch(has -> has == device)) {
        able[n++] = d;
      }
    }
    return Arrays.copyOf(able, n);
  }
}
