package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * Takes load from the slowest device, one step at a time, until no step helps or the budget is
 * spent. A step moves a replica to a free slot (one expert to load), swaps two replicas (two), or
 * copies an expert to a free slot or over the least used redundant replica of a device (one).
 * Chosen is the step with the greatest gain for each expert to load.
 */
final class ShareSearch {
  /** A step must take this share off the time of the slowest device to be worth its copies. */
  static final double LEAST_GAIN = 1e-3;

  private static final int NONE = -1;

  private final Residence residence;
  private double bestRate;
  private int bestExpert;
  private int bestDevice;
  private int bestSwapped;
  private boolean bestCopies;
  private int bestVictim;
  private int left;
  private double leastGain;

  private ShareSearch(Residence residence) {
    this.residence = residence;
  }

  /**
   * Makes up to {@code steps} steps with up to {@code budget} copies; stops early at {@code enough}
   * seconds, or when no step takes off {@code leastGain} of the time for each copy.
   */
  static void run(Residence residence, int steps, double enough, int budget, double leastGain) {
    ShareSearch search = new ShareSearch(residence);
    search.left = budget;
    search.leastGain = leastGain;
    for (int step = 0; step < steps && residence.makespan() > enough; step++) {
      if (!search.once()) {
        return;
      }
    }
  }

  private boolean once() {
    int slow = residence.slowest();
    bestRate = leastGain * residence.seconds(slow);
    bestExpert = NONE;
    int experts = residence.experts;
    int[] victims = victims();
    for (int expert = 0; expert < experts; expert++) {
      if (residence.holds(slow, expert)) {
        int index = residence.indexOf(expert, slow);
        double tokens = residence.tokens(expert, residence.share(expert, index));
        considerFree(slow, expert, tokens);
        considerVictims(slow, expert, tokens, victims);
        considerSwaps(slow, expert, tokens);
      }
    }
    if (bestExpert == NONE) {
      return false;
    }
    left -= bestSwapped == NONE ? 1 : 2;
    apply(slow);
    residence.levelAll(1);
    return true;
  }

  private void apply(int slow) {
    if (bestVictim != NONE) {
      double share = residence.remove(bestVictim, bestDevice);
      residence.give(bestVictim, share);
    }
    if (bestCopies) {
      residence.add(bestExpert, bestDevice, 0);
      residence.level(bestExpert);
      return;
    }
    if (bestSwapped != NONE) {
      residence.move(bestSwapped, bestDevice, slow);
    }
    residence.move(bestExpert, slow, bestDevice);
  }

  private void considerFree(int slow, int expert, double tokens) {
    double[] perToken = residence.inverse;
    boolean mayCopy = residence.replicas() < residence.most;
    double left = residence.after(slow, tokens, 0, -1);
    for (int d = 0; d < perToken.length; d++) {
      if (d == slow || !residence.hasRoom(d) || residence.holds(d, expert)) {
        continue;
      }
      consider(Math.max(left, residence.after(d, 0, tokens, 1)), 1, slow, expert, d);
      if (mayCopy) {
        double gap = residence.seconds(slow) - residence.after(d, 0, 0, 1);
        double moved = Math.min(tokens, gap / (perToken[slow] + perToken[d]));
        if (moved > 0 && consider(divided(slow, tokens, d, 0, moved, 1), 1, slow, expert, d)) {
          bestCopies = true;
        }
      }
    }
  }

  /** The redundant replica with the fewest tokens on each device, or NONE. */
  private int[] victims() {
    int[] victims = new int[residence.devices];
    double[] least = new double[victims.length];
    Arrays.fill(victims, NONE);
    for (int expert = 0; expert < residence.experts; expert++) {
      for (int i = 0; residence.count(expert) > 1 && i < residence.count(expert); i++) {
        int d = residence.host(expert, i);
        double tokens = residence.tokens(expert, residence.share(expert, i));
        if (victims[d] == NONE || tokens < least[d]) {
          victims[d] = expert;
          least[d] = tokens;
        }
      }
    }
    return victims;
  }

  private void considerVictims(int slow, int expert, double tokens, int[] victims) {
    double[] perToken = residence.inverse;
    for (int d = 0; d < victims.length; d++) {
      int victim = victims[d];
      if (d == slow || victim == NONE || victim == expert || residence.holds(d, expert)) {
        continue;
      }
      double freed =
          residence.tokens(victim, residence.share(victim, residence.indexOf(victim, d)));
      int other = residence.coolestOther(victim, d);
      double had =
          residence.tokens(victim, residence.share(victim, residence.indexOf(victim, other)));
      double raised = residence.after(other, had, had + freed, 0);
      double gap = residence.seconds(slow) - residence.after(d, freed, 0, 0);
      double moved = Math.min(tokens, gap / (perToken[slow] + perToken[d]));
      if (moved > 0
          && other != slow
          && consider(
              Math.max(raised, divided(slow, tokens, d, freed, moved, 0)), 1, slow, expert, d)) {
        bestCopies = true;
        bestVictim = victim;
      }
    }
  }

  /** Seconds of the slower of both when some tokens of a replica go to a new one on a device. */
  private double divided(
      int slow, double tokens, int device, double freed, double moved, int more) {
    return Math.max(
        residence.after(slow, tokens, tokens - moved, 0),
        residence.after(device, freed, moved, more));
  }

  private void considerSwaps(int slow, int expert, double tokens) {
    int experts = residence.experts;
    double before = residence.seconds(slow);
    for (int other = 0; other < experts; other++) {
      if (other == expert || residence.holds(slow, other)) {
        continue;
      }
      for (int i = 0; i < residence.count(other); i++) {
        int d = residence.host(other, i);
        double back = residence.tokens(other, residence.share(other, i));
        double here = back < tokens ? residence.after(slow, tokens, back, 0) : before;
        if (before - here > 2 * bestRate && !residence.holds(d, expert)) {
          double there = residence.after(d, back, tokens, 0);
          if (consider(Math.max(here, there), 2, slow, expert, d)) {
            bestSwapped = other;
          }
        }
      }
    }
  }

  /** Remembers a step when it gains more for each load than the best so far. */
  private boolean consider(double seconds, int loads, int slow, int expert, int device) {
    double rate = (residence.seconds(slow) - seconds) / loads;
    if (rate <= bestRate || loads > left) {
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
