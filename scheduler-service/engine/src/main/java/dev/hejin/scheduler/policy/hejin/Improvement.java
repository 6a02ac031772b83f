package dev.hejin.scheduler.policy.hejin;

import java.util.Arrays;

/**
 * Takes load from the slowest device, one step at a time, until no step helps or the budget is
 * spent. A step moves a replica to a free slot (one expert to load), swaps two replicas (two), or
 * copies an expert to a free slot or over the least used redundant replica of a device (one).
 * Chosen is the step with the greatest gain for each expert to load.
 */
final class Improvement {
  private static final double LEAST_GAIN = 1e-3;
  private static final int NONE = -1;

  private final Packing packing;
  private double bestRate;
  private int bestExpert;
  private int bestDevice;
  private int bestSwapped;
  private boolean bestCopies;
  private int bestVictim;

  private Improvement(Packing packing) {
    this.packing = packing;
  }

  /** Makes up to {@code steps} steps; stops early at {@code enough} seconds. */
  static void run(Packing packing, int steps, double enough) {
    Improvement improvement = new Improvement(packing);
    for (int step = 0; step < steps && packing.most() > enough; step++) {
      if (!improvement.once()) {
        return;
      }
    }
  }

  private boolean once() {
    int slow = packing.slowest();
    bestRate = LEAST_GAIN * packing.seconds(slow);
    bestExpert = NONE;
    int experts = packing.problem().experts();
    int[] victims = victims();
    for (int expert = 0; expert < experts; expert++) {
      int index = packing.indexOf(expert, slow);
      if (index >= 0) {
        double tokens = packing.tokens(expert, packing.share(expert, index));
        considerFree(slow, expert, tokens);
        considerVictims(slow, expert, tokens, victims);
        considerSwaps(slow, expert, tokens);
      }
    }
    if (bestExpert == NONE) {
      return false;
    }
    apply(slow);
    packing.levelAll(1);
    return true;
  }

  private void apply(int slow) {
    if (bestVictim != NONE) {
      double share = packing.remove(bestVictim, bestDevice);
      packing.give(bestVictim, share);
    }
    if (bestCopies) {
      packing.add(bestExpert, bestDevice, 0);
      packing.level(bestExpert);
      return;
    }
    if (bestSwapped != NONE) {
      packing.move(bestSwapped, bestDevice, slow);
    }
    packing.move(bestExpert, slow, bestDevice);
  }

  private void considerFree(int slow, int expert, double tokens) {
    double[] perToken = packing.problem().tokenSeconds();
    boolean mayCopy = packing.replicas() < packing.problem().replicas();
    double left = packing.seconds(slow) - packing.cost(slow, tokens);
    for (int d = 0; d < perToken.length; d++) {
      if (d == slow || !packing.hasRoom(d) || packing.holds(d, expert)) {
        continue;
      }
      consider(Math.max(left, packing.seconds(d) + packing.cost(d, tokens)), 1, slow, expert, d);
      if (mayCopy) {
        double gap = packing.seconds(slow) - packing.seconds(d) - packing.cost(d, 0);
        double moved = Math.min(tokens, gap / (perToken[slow] + perToken[d]));
        if (moved > 0
            && consider(packing.seconds(slow) - moved * perToken[slow], 1, slow, expert, d)) {
          bestCopies = true;
        }
      }
    }
  }

  /** The redundant replica with the fewest tokens on each device, or NONE. */
  private int[] victims() {
    int[] victims = new int[packing.problem().devices()];
    double[] least = new double[victims.length];
    Arrays.fill(victims, NONE);
    for (int expert = 0; expert < packing.problem().experts(); expert++) {
      for (int i = 0; packing.count(expert) > 1 && i < packing.count(expert); i++) {
        int d = packing.host(expert, i);
        double tokens = packing.tokens(expert, packing.share(expert, i));
        if (victims[d] == NONE || tokens < least[d]) {
          victims[d] = expert;
          least[d] = tokens;
        }
      }
    }
    return victims;
  }

  private void considerVictims(int slow, int expert, double tokens, int[] victims) {
    double[] perToken = packing.problem().tokenSeconds();
    for (int d = 0; d < victims.length; d++) {
      int victim = victims[d];
      if (d == slow || victim == NONE || victim == expert || packing.holds(d, expert)) {
        continue;
      }
      double freed = packing.tokens(victim, packing.share(victim, packing.indexOf(victim, d)));
      int other = packing.coolestOther(victim, d);
      double raised = packing.seconds(other) + freed * perToken[other];
      double gap = packing.seconds(slow) - (packing.seconds(d) - freed * perToken[d]);
      double moved = Math.min(tokens, gap / (perToken[slow] + perToken[d]));
      double slower = packing.seconds(slow) - moved * perToken[slow];
      if (moved > 0 && other != slow && consider(Math.max(slower, raised), 1, slow, expert, d)) {
        bestCopies = true;
        bestVictim = victim;
      }
    }
  }

  private void considerSwaps(int slow, int expert, double tokens) {
    int experts = packing.problem().experts();
    double left = packing.seconds(slow) - packing.cost(slow, tokens);
    for (int other = 0; other < experts; other++) {
      if (other == expert || packing.holds(slow, other)) {
        continue;
      }
      for (int i = 0; i < packing.count(other); i++) {
        int d = packing.host(other, i);
        double back = packing.tokens(other, packing.share(other, i));
        if (back < tokens && !packing.holds(d, expert)) {
          double here = left + packing.cost(slow, back);
          double there = packing.seconds(d) - packing.cost(d, back) + packing.cost(d, tokens);
          if (consider(Math.max(here, there), 2, slow, expert, d)) {
            bestSwapped = other;
          }
        }
      }
    }
  }

  /** Remembers a step when it gains more for each load than the best so far. */
  private boolean consider(double seconds, int loads, int slow, int expert, int device) {
    double rate = (packing.seconds(slow) - seconds) / loads;
    if (rate <= bestRate) {
      return false;
    }
    bestRate = rate;
    bestExpert = expert;
    bestDevice = device;
    bestSwapped = NONE;
    bestCopies = false;
    bestVictim = NONE;
    return true;
  }
}
