package dev.hejin.scheduler.benchmark;

import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.LayerProblem;
import dev.hejin.scheduler.policy.registry.Policies;
import java.util.Arrays;

/**
 * A pool of equal devices for the 256 experts of each DeepSeek-V3 layer, as deployments report it.
 *
 * <p>{@code P} is prefill, {@code E} decode, the number the devices, {@code g} any expert anywhere,
 * {@code h} groups of experts bound to nodes.
 */
public enum BalanceShape {
  /** 32 devices, nine slots each. */
  P32g(288, 32, 1),
  /** 36 devices, eight slots each. */
  E36g(288, 36, 1),
  /** 64 devices, nine slots each. */
  E64g(576, 64, 1),
  /** 144 devices, two slots each. */
  E144g(288, 144, 1),
  /** 160 devices, two slots each. */
  E160g(320, 160, 1),
  /** 32 devices on four nodes. */
  P32h(288, 32, 4),
  /** 64 devices on eight nodes. */
  E64h(576, 64, 8);

  private static final int GROUPS = 8;

  private final int slots;
  private final int devices;
  private final int nodes;

  BalanceShape(int slots, int devices, int nodes) {
    this.slots = slots;
    this.devices = devices;
    this.nodes = nodes;
  }

  int devices() {
    return devices;
  }

  /** The problem for some loads: layers x experts, tokens. */
  BalanceProblem problem(double[][] loads) {
    BalanceProblem.Builder builder = BalanceProblem.builder(loads, slots, devices);
    return (nodes > 1 ? builder.hierarchy(GROUPS, nodes) : builder).build();
  }

  /**
   * What public balancers do: heap and longest processing time, on each node where groups are bound
   * to nodes. Returns the mean balance.
   */
  double greedy(double[][] loads) {
    String policy = nodes > 1 ? "hierarchical" : "heap-greedy";
    int[] node = new int[devices];
    Arrays.setAll(node, d -> d / (devices / nodes));
    int[] each = new int[devices];
    Arrays.fill(each, slots / devices);
    double[] token = new double[devices];
    Arrays.fill(token, 1);
    double balance = 0;
    for (double[] row : loads) {
      double tokens = Arrays.stream(row).sum();
      double[] load = Arrays.stream(row).map(w -> w / tokens).toArray();
      LayerProblem problem =
          new LayerProblem(
              load,
              tokens,
              new double[devices],
              token,
              each,
              slots,
              null,
              1,
              node,
              nodes > 1 ? GROUPS : 1,
              0);
      LayerPlacement placement = Policies.byName(policy).place(problem);
      balance += tokens / devices / problem.seconds(placement);
    }
    return balance / loads.length;
  }
}
