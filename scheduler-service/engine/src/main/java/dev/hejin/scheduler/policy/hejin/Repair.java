package dev.hejin.scheduler.policy.hejin;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.LayerProblem;

/**
 * Makes a previous placement valid again with as few changes as possible: replicas beyond slots or
 * the replica limit go, experts that are nowhere come back.
 */
final class Repair {
  private Repair() {}

  static Packing of(LayerProblem problem, LayerPlacement previous) {
    Packing packing = new Packing(problem);
    for (int slot = 0; slot < previous.slots(); slot++) {
      int expert = previous.expert(slot);
      if (expert < problem.experts() && !packing.holds(previous.device(slot), expert)) {
        packing.add(expert, previous.device(slot), previous.share(slot));
      }
    }
    for (int device = 0; device < problem.devices(); device++) {
      while (packing.used(device) > problem.slots()[device]) {
        packing.remove(cheapest(packing, device, packing.used(device)), device);
      }
    }
    int missing = 0;
    for (int expert = 0; expert < problem.experts(); expert++) {
      missing += packing.count(expert) == 0 ? 1 : 0;
    }
    while (packing.replicas() + missing > problem.replicas() && dropRedundant(packing)) {
      // one less in each turn
    }
    for (int expert = 0; expert < problem.experts(); expert++) {
      if (packing.count(expert) == 0) {
        restore(packing, expert);
      }
    }
    rescale(packing);
    return packing;
  }

  /** A replica on the device to give up: a redundant one if any, else the least loaded. */
  private static int cheapest(Packing packing, int device, int used) {
    int best = -1;
    boolean bestRedundant = false;
    double bestTokens = Double.POSITIVE_INFINITY;
    int seen = 0;
    for (int expert = 0; expert < packing.problem().experts() && seen < used; expert++) {
      int index = packing.indexOf(expert, device);
      if (index < 0) {
        continue;
      }
      seen++;
      boolean redundant = packing.count(expert) > 1;
      double tokens = packing.tokens(expert, packing.share(expert, index));
      if ((redundant && !bestRedundant) || (redundant == bestRedundant && tokens < bestTokens)) {
        best = expert;
        bestRedundant = redundant;
        bestTokens = tokens;
      }
    }
    return best;
  }

  private static boolean dropRedundant(Packing packing) {
    int bestExpert = -1;
    int bestDevice = -1;
    double bestTokens = Double.POSITIVE_INFINITY;
    for (int expert = 0; expert < packing.problem().experts(); expert++) {
      for (int i = 0; packing.count(expert) > 1 && i < packing.count(expert); i++) {
        double tokens = packing.tokens(expert, packing.share(expert, i));
        if (tokens < bestTokens) {
          bestTokens = tokens;
          bestExpert = expert;
          bestDevice = packing.host(expert, i);
        }
      }
    }
    if (bestExpert < 0) {
      return false;
    }
    packing.remove(bestExpert, bestDevice);
    return true;
  }

  private static void restore(Packing packing, int expert) {
    int device = HejinPolicy.earliest(packing, expert, 1.0);
    while (device < 0 && dropRedundant(packing)) {
      device = HejinPolicy.earliest(packing, expert, 1.0);
    }
    packing.add(expert, device, 1.0);
  }

  /** Replicas that went leave shares that no longer sum to 1. */
  private static void rescale(Packing packing) {
    for (int expert = 0; expert < packing.problem().experts(); expert++) {
      int n = packing.count(expert);
      int[] hosts = new int[n];
      double[] shares = new double[n];
      double sum = 0;
      for (int i = 0; i < n; i++) {
        hosts[i] = packing.host(expert, i);
        shares[i] = packing.share(expert, i);
        sum += shares[i];
      }
      if (Math.abs(sum - 1) > 1e-12) {
        for (int host : hosts) {
          packing.remove(expert, host);
        }
        for (int i = 0; i < n; i++) {
          packing.add(expert, hosts[i], sum > 0 ? shares[i] / sum : 1.0 / n);
        }
      }
    }
  }
}
