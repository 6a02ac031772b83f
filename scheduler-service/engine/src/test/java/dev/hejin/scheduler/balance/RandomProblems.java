package dev.hejin.scheduler.balance;

import java.util.Arrays;
import java.util.Random;

/** Problems of random size and shape, from a seed. */
final class RandomProblems {
  private final Random random;

  RandomProblems(Random random) {
    this.random = random;
  }

  BalanceProblem.Builder global(int experts, int devices) {
    int[] slots = slots(experts, devices);
    return BalanceProblem.builder(weights(1 + random.nextInt(3), experts), slots)
        .speeds(speeds(devices))
        .fixedSeconds(fixed(devices));
  }

  /** Slots that may stay empty, more room than replicas, some devices without any. */
  BalanceProblem.Builder open(int experts, int devices) {
    int[] slots = slots(experts, devices);
    for (int d = 0; d < devices; d++) {
      int less = random.nextInt(4) == 0 ? slots[d] : 0;
      slots[d] = Math.min(experts, slots[d] - less + random.nextInt(4));
    }
    for (int d = 0; Arrays.stream(slots).sum() < experts; d = (d + 1) % devices) {
      slots[d] += slots[d] < experts ? 1 : 0;
    }
    return BalanceProblem.builder(weights(1 + random.nextInt(2), experts), slots)
        .speeds(speeds(devices))
        .fixedSeconds(fixed(devices))
        .replicas(experts + random.nextInt(experts + 1));
  }

  /** What devices may hold whatever planned it: slots empty, experts missing or anywhere. */
  int[][] holdings(BalanceProblem problem) {
    int[][] rows = new int[problem.layers()][problem.totalSlots()];
    for (int[] row : rows) {
      Arrays.setAll(row, s -> random.nextInt(3) == 0 ? -1 : random.nextInt(problem.experts()));
    }
    return rows;
  }

  BalanceProblem.Builder hierarchical(int nodes, int groupsPerNode) {
    int perNode = 1 + random.nextInt(4);
    int size = 1 + random.nextInt(6);
    int groups = nodes * groupsPerNode;
    int experts = groups * size;
    int[] slots = new int[nodes * perNode];
    for (int n = 0; n < nodes; n++) {
      int[] part = slots(experts / nodes, perNode);
      System.arraycopy(part, 0, slots, n * perNode, perNode);
    }
    return BalanceProblem.builder(weights(2, experts), slots)
        .speeds(speeds(slots.length))
        .hierarchy(groups, nodes);
  }

  /** The same devices, with loads a little different. */
  BalanceProblem.Builder drift(BalanceProblem from) {
    double[][] weights = new double[from.layers()][];
    for (int l = 0; l < weights.length; l++) {
      weights[l] = from.weights(l).clone();
      for (int e = 0; e < weights[l].length; e++) {
        weights[l][e] *= 0.8 + 0.4 * random.nextDouble();
      }
    }
    int devices = from.devices();
    int[] slots = new int[devices];
    double[] speeds = new double[devices];
    double[] fixed = new double[devices];
    for (int d = 0; d < devices; d++) {
      slots[d] = from.slots(d);
      speeds[d] = from.speed(d);
      fixed[d] = from.fixedSeconds(d);
    }
    BalanceProblem.Builder next =
        BalanceProblem.builder(weights, slots).speeds(speeds).fixedSeconds(fixed);
    return from.open() ? next.replicas(from.replicas()) : next;
  }

  private int[] slots(int experts, int devices) {
    int[] slots = new int[devices];
    int total = 0;
    for (int d = 0; d < devices; d++) {
      slots[d] = 1 + random.nextInt(Math.min(experts, 2 * experts / devices + 2));
      total += slots[d];
    }
    for (int d = 0; total < experts; d = (d + 1) % devices) {
      if (slots[d] < experts) {
        slots[d]++;
        total++;
      }
    }
    return slots;
  }

  private double[][] weights(int layers, int experts) {
    double[][] weights = new double[layers][experts];
    double spread = 2 * random.nextDouble();
    for (double[] row : weights) {
      for (int e = 0; e < experts; e++) {
        boolean idle = random.nextInt(20) == 0;
        row[e] = idle ? 0 : Math.round(1000 * Math.exp(spread * random.nextGaussian()));
      }
      row[random.nextInt(experts)] += 100;
    }
    return weights;
  }

  private double[] speeds(int devices) {
    boolean equal = random.nextBoolean();
    double[] speeds = new double[devices];
    for (int d = 0; d < devices; d++) {
      speeds[d] = equal ? 1 : 0.25 + random.nextDouble();
    }
    return speeds;
  }

  private double[] fixed(int devices) {
    boolean none = random.nextBoolean();
    double[] fixed = new double[devices];
    for (int d = 0; d < devices; d++) {
      fixed[d] = none ? 0 : 200 * random.nextDouble();
    }
    return fixed;
  }
}
