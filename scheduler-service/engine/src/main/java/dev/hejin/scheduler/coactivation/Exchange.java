package dev.hejin.scheduler.coactivation;

import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import java.util.Arrays;

/**
 * A placement in the making: exchanges nodes, devices and replicas, and undoes what does not help.
 */
final class Exchange {
  /** Gains under this share of all tokens across nodes are rounding. */
  private static final double ROUNDING = 1e-12;

  private final BalanceProblem problem;
  private final BalanceResult given;
  private final NodeShares shares;
  private final int nodes;
  private final int perNode;
  private final int[] deviceOf;
  private final int[] offset;
  private final int[][] slotExpert;
  private final double[][] weight;
  private final double[] slowest;
  private final double leastGain;

  Exchange(BalanceProblem problem, Coactivation pairs, int nodes, BalanceResult given) {
    this.problem = problem;
    this.given = given;
    this.nodes = nodes;
    perNode = problem.devices() / nodes;
    shares = new NodeShares(pairs, nodes);
    offset = new int[problem.devices() + 1];
    deviceOf = new int[problem.totalSlots()];
    for (int d = 0; d < problem.devices(); d++) {
      offset[d + 1] = offset[d] + problem.slots(d);
      Arrays.fill(deviceOf, offset[d], offset[d + 1], d);
    }
    slotExpert = new int[problem.layers()][];
    weight = new double[problem.layers()][];
    slowest = new double[problem.layers()];
    for (int l = 0; l < slotExpert.length; l++) {
      slotExpert[l] = given.slotExpert()[l].clone();
      weight[l] = given.replicaWeights()[l].clone();
      slowest[l] = slowest(l);
      for (int s = 0; s < slotExpert[l].length; s++) {
        shares.add(expert(l, s), node(s), weight[l][s]);
      }
    }
    leastGain = ROUNDING * shares.crossing();
  }

  double crossing() {
    return shares.crossing();
  }

  /** Exchanges the contents of nodes that are alike. Returns the tokens that cross less. */
  double nodes(int l) {
    double sum = 0;
    for (int a = 0; a < nodes; a++) {
      for (int b = a + 1; b < nodes; b++) {
        boolean alike = true;
        for (int d = 0; d < perNode; d++) {
          alike &= alike(a * perNode + d, b * perNode + d);
        }
        if (alike) {
          sum += attempt(l, a * perNode, b * perNode, perNode);
        }
      }
    }
    return sum;
  }

  /** Exchanges the contents of devices on two nodes that are alike. */
  double devices(int l) {
    double sum = 0;
    for (int a = 0; a < problem.devices(); a++) {
      for (int b = (a / perNode + 1) * perNode; b < problem.devices(); b++) {
        if (alike(a, b)) {
          sum += attempt(l, a, b, 1);
        }
      }
    }
    return sum;
  }

  /** Exchanges single replicas between nodes. */
  double slots(int l) {
    double sum = 0;
    for (int s = 0; s < slotExpert[l].length; s++) {
      for (int t = offset[(node(s) + 1) * perNode]; t < slotExpert[l].length; t++) {
        sum += slot(l, s, t);
      }
    }
    return sum;
  }

  private double slot(int l, int s, int t) {
    int e = slotExpert[l][s];
    int f = slotExpert[l][t];
    if (e == f) {
      return 0;
    }
    // Both gains are of moves on their own; a pair of just these two gains less, see attempt.
    double gain =
        shares.gain(expert(l, s), node(s), node(t), weight[l][s])
            + shares.gain(expert(l, t), node(t), node(s), weight[l][t]);
    if (gain <= leastGain || holds(l, deviceOf[t], e) || holds(l, deviceOf[s], f)) {
      return 0;
    }
    int copies = copies(l, deviceOf[s]) + copies(l, deviceOf[t]);
    double gained = swap(l, s, t);
    if (gained > leastGain
        && seconds(l, deviceOf[s]) <= slowest[l]
        && seconds(l, deviceOf[t]) <= slowest[l]
        && copies(l, deviceOf[s]) + copies(l, deviceOf[t]) <= copies) {
      return gained;
    }
    swap(l, s, t);
    return 0;
  }

  /** Exchanges the contents of some consecutive devices, and back if that does not help. */
  private double attempt(int l, int a, int b, int number) {
    int copies = 0;
    for (int d = 0; d < number; d++) {
      copies += copies(l, a + d) + copies(l, b + d);
    }
    double gain = exchange(l, a, b, number);
    int after = 0;
    for (int d = 0; d < number; d++) {
      after += copies(l, a + d) + copies(l, b + d);
    }
    if (gain > leastGain && after <= copies) {
      return gain;
    }
    exchange(l, a, b, number);
    return 0;
  }

  private double exchange(int l, int a, int b, int number) {
    double gain = 0;
    int length = offset[a + number] - offset[a];
    for (int k = 0; k < length; k++) {
      gain += swap(l, offset[a] + k, offset[b] + k);
    }
    return gain;
  }

  private double swap(int l, int s, int t) {
    double gain = shares.move(expert(l, s), node(s), node(t), weight[l][s]);
    gain += shares.move(expert(l, t), node(t), node(s), weight[l][t]);
    int e = slotExpert[l][s];
    slotExpert[l][s] = slotExpert[l][t];
    slotExpert[l][t] = e;
    double w = weight[l][s];
    weight[l][s] = weight[l][t];
    weight[l][t] = w;
    return gain;
  }

  private boolean alike(int a, int b) {
    return problem.speed(a) == problem.speed(b)
        && problem.slots(a) == problem.slots(b)
        && problem.fixedSeconds(a) == problem.fixedSeconds(b);
  }

  private int expert(int l, int slot) {
    return l * problem.experts() + slotExpert[l][slot];
  }

  private int node(int slot) {
    return deviceOf[slot] / perNode;
  }

  private boolean holds(int l, int device, int expert) {
    for (int s = offset[device]; s < offset[device + 1]; s++) {
      if (slotExpert[l][s] == expert) {
        return true;
      }
    }
    return false;
  }

  /** Experts of a device that the placement in force does not have there. */
  private int copies(int l, int device) {
    int[][] old = problem.previous().orElse(null);
    if (old == null) {
      return 0;
    }
    int copies = 0;
    for (int s = offset[device]; s < offset[device + 1]; s++) {
      boolean had = false;
      for (int t = offset[device]; t < offset[device + 1]; t++) {
        had |= old[l][t] == slotExpert[l][s];
      }
      copies += had ? 0 : 1;
    }
    return copies;
  }

  private double seconds(int l, int device) {
    double tokens = 0;
    for (int s = offset[device]; s < offset[device + 1]; s++) {
      tokens += problem.weights(l)[slotExpert[l][s]] * weight[l][s];
    }
    return problem.fixedSeconds(device) * problem.slots(device) + tokens / problem.speed(device);
  }

  private double slowest(int l) {
    double most = 0;
    for (int d = 0; d < problem.devices(); d++) {
      most = Math.max(most, seconds(l, d));
    }
    return most;
  }

  /** The placement as it is now, with its figures. */
  BalanceResult result() {
    int layers = slotExpert.length;
    double[] seconds = new double[layers];
    double balance = 0;
    int loaded = 0;
    int moves = 0;
    for (int l = 0; l < layers; l++) {
      seconds[l] = slowest(l);
      if (Arrays.stream(problem.weights(l)).anyMatch(w -> w > 0)) {
        balance += given.idealSeconds()[l] / seconds[l];
        loaded++;
      }
      for (int d = 0; d < problem.devices(); d++) {
        moves += copies(l, d);
      }
    }
    return new BalanceResult(
        slotExpert,
        given.counts(),
        weight,
        seconds,
        given.idealSeconds(),
        given.boundSeconds(),
        balance / loaded,
        given.upperBound(),
        moves);
  }
}
