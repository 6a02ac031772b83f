package dev.hejin.scheduler.policy.contiguous;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/**
 * Experts in order, in blocks of equal size, each once, whatever their load. A device without room
 * passes the rest of its block to the next one. What serving engines do before a balancer has run
 * (expert parallelism as in DeepSpeed-MoE, arXiv 2201.05596). Complexity: O(E) where blocks fit.
 */
public final class ContiguousPolicy implements ExpertPolicy {
  @Override
  public String name() {
    return "static";
  }

  @Override
  public LayerPlacement place(LayerProblem problem) {
    int experts = problem.experts();
    int devices = problem.devices();
    int[] used = new int[devices];
    int[] device = new int[experts];
    int[] expert = new int[experts];
    double[] share = new double[experts];
    Arrays.fill(share, 1.0);
    for (int e = 0; e < experts; e++) {
      int d = (int) ((long) e * devices / experts);
      while (used[d] >= problem.slots()[d]) {
        d = (d + 1) % devices;
      }
      used[d]++;
      device[e] = d;
      expert[e] = e;
    }
    return new LayerPlacement(device, expert, share);
  }
}
