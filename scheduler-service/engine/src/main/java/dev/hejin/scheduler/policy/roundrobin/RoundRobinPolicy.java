package dev.hejin.scheduler.policy.roundrobin;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.GreedyPacking;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/**
 * A floor to compare with: experts in turn on devices in turn, whatever the load, and again from
 * the first expert while replicas are left. Device and expert that do not fit together are passed
 * over. Complexity: O(S D).
 */
public final class RoundRobinPolicy implements ExpertPolicy {
  @Override
  public String name() {
    return "round-robin";
  }

  @Override
  public LayerPlacement place(LayerProblem problem) {
    int devices = problem.devices();
    int[] free = problem.slots().clone();
    int[][] hosts = new int[problem.experts()][0];
    int turn = 0;
    for (int r = 0; r < problem.replicas(); r++) {
      int[] on = hosts[r % hosts.length];
      for (int tried = 0; tried < devices; tried++) {
        int d = (turn + tried) % devices;
        if (free[d] > 0 && Arrays.stream(on).noneMatch(has -> has == d)) {
          int[] more = Arrays.copyOf(on, on.length + 1);
          more[on.length] = d;
          hosts[r % hosts.length] = more;
          free[d]--;
          turn = d + 1;
          break;
        }
      }
    }
    return GreedyPacking.evenly(hosts);
  }
}
