package dev.hejin.scheduler.coactivation;

import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.InvalidProblemException;

/**
 * Brings experts that are used together to the same node, among placements of equal balance.
 *
 * <p>Goal: fewest tokens of co-activated pairs whose experts are on different nodes. A pair counts
 * with the chance that its replicas, drawn independently by their shares, are apart: tokens x (1 -
 * sum over nodes of share of one x share of the other). Hard constraints: no layer's slowest device
 * becomes slower; counts and shares stay with their experts; no expert twice on a device; groups
 * bound to nodes stay together; no copies more than before where a placement is in force.
 *
 * <p>Method: steepest moves are not sought; every exchange that helps is taken, layer by layer,
 * until a round changes nothing or the rounds are used up: whole nodes, whole devices that are
 * alike, and single replicas between nodes where both devices stay within the layer's slowest time.
 * Where groups are bound to nodes only whole nodes and, within them, nothing else can move.
 * Complexity: O(rounds x layers x (slots^2 + nodes^2 x slots x partners)). Worked example: experts
 * 0 and 1 always together, on devices of two nodes, with equal loads beside them on the other: one
 * exchange, no token crosses.
 */
public final class NodeLocality {
  private static final int MAX_ROUNDS = 12;

  private final BalanceProblem problem;
  private final Coactivation pairs;
  private final int nodes;

  /**
   * A pass for one problem.
   *
   * @param nodes that traffic counts between: consecutive devices, as many on each
   * @throws InvalidProblemException when nodes do not divide the devices, or are not those that
   *     groups are bound to
   */
  public NodeLocality(BalanceProblem problem, Coactivation pairs, int nodes) {
    if (nodes < 1 || problem.devices() % nodes != 0) {
      throw new InvalidProblemException(
          "num_nodes",
          String.valueOf(nodes),
          "does not divide " + problem.devices() + " devices",
          "count the nodes again");
    }
    if (problem.hierarchical() && nodes != problem.nodes()) {
      throw new InvalidProblemException(
          "num_nodes",
          String.valueOf(nodes),
          "groups are bound to " + problem.nodes() + " nodes",
          "count traffic between the same nodes");
    }
    if (pairs.layers() != problem.layers() || pairs.experts() != problem.experts()) {
      throw new InvalidProblemException(
          "coactivation",
          pairs.layers() + " x " + pairs.experts(),
          "the problem has " + problem.layers() + " layers of " + problem.experts() + " experts",
          "it is of another model");
    }
    this.problem = problem;
    this.pairs = pairs;
    this.nodes = nodes;
  }

  /** Tokens of co-activated pairs that a placement has on different nodes. */
  public double crossing(BalanceResult result) {
    return new Exchange(problem, pairs, nodes, result).crossing();
  }

  /** The same placement with fewer tokens across nodes; no worse in any other respect. */
  public BalanceResult improve(BalanceResult result) {
    Exchange exchange = new Exchange(problem, pairs, nodes, result);
    if (nodes == 1) {
      return result;
    }
    double before = exchange.crossing();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      double gain = 0;
      for (int l = 0; l < problem.layers(); l++) {
        gain += exchange.nodes(l);
        if (!problem.hierarchical()) {
          gain += exchange.devices(l);
          gain += exchange.slots(l);
        }
      }
      if (gain <= before * 1e-9) {
        break;
      }
    }
    BalanceResult nearer = exchange.result();
    return crossing(nearer) < before ? nearer : result;
  }
}
