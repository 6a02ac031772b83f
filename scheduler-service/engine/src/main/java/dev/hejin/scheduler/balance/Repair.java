package dev.hejin.scheduler.balance;

/**
 * Makes a previous placement of a layer whose slots may stay empty valid again with as few changes
 * as possible: replicas beyond the limit go, experts that are nowhere come back. After a loss,
 * replicas that are missed most come back too.
 */
final class Repair {
  private Repair() {}

  /**
   * Takes a previous row of slots, in device order, empty ones negative, into a residence without
   * replicas. Returns the copies that this takes.
   */
  static int take(Residence into, BalanceProblem problem, int[] previous) {
    int slot = 0;
    for (int d = 0; d < problem.devices(); d++) {
      for (int k = 0; k < problem.slots(d); k++) {
        int e = previous[slot++];
        if (e >= 0 && !into.holds(d, e)) {
          into.add(e, d, 0);
        }
      }
    }
    int missing = 0;
    for (int e = 0; e < into.experts; e++) {
      into.spread(e);
      missing += into.count(e) == 0 ? 1 : 0;
    }
    while (into.replicas() + missing > into.most && dropRedundant(into)) {
      // one less in each turn
    }
    int copies = missing;
    for (int left = missing; left > 0; left--) {
      restore(into, heaviestMissing(into));
    }
    return copies;
  }

  /**
   * Adds up to {@code most} replicas, one at a time to the expert whose replicas are largest, on
   * the device that would finish first with it, as long as that is before the slowest that has the
   * expert now. Returns how many.
   */
  static int replace(Residence into, int most) {
    int added = 0;
    while (added < most && into.replicas() < into.most) {
      int expert = largest(into);
      int device = expert < 0 ? -1 : earliestOther(into, expert);
      if (device < 0) {
        break;
      }
      into.add(expert, device, 0);
      into.spread(expert);
      added++;
    }
    return added;
  }

  /** The expert with most tokens a replica that is not everywhere; -1 when all are. */
  private static int largest(Residence into) {
    int best = -1;
    for (int e = 0; e < into.experts; e++) {
      if (into.count(e) < into.devices
          && (best < 0 || into.weight[e] * into.count(best) > into.weight[best] * into.count(e))) {
        best = e;
      }
    }
    return best;
  }

  /** Where a further replica finishes first, sooner than its expert's slowest host; else -1. */
  private static int earliestOther(Residence into, int expert) {
    int best = -1;
    double least = 0;
    for (int i = 0; i < into.count(expert); i++) {
      least = Math.max(least, into.seconds(into.host(expert, i)));
    }
    double tokens = into.weight[expert] / (into.count(expert) + 1);
    for (int d = 0; d < into.devices; d++) {
      if (into.hasRoom(d) && into.after(d, 0, tokens, 1) < least && !into.holds(d, expert)) {
        best = d;
        least = into.after(d, 0, tokens, 1);
      }
    }
    return best;
  }

  private static int heaviestMissing(Residence into) {
    int best = -1;
    for (int e = 0; e < into.experts; e++) {
      if (into.count(e) == 0 && (best < 0 || into.weight[e] > into.weight[best])) {
        best = e;
      }
    }
    return best;
  }

  private static boolean dropRedundant(Residence into) {
    int bestExpert = -1;
    int bestDevice = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int e = 0; e < into.experts; e++) {
      for (int i = 0; into.count(e) > 1 && i < into.count(e); i++) {
        double tokens = into.tokens(e, into.share(e, i));
        if (tokens < least) {
          least = tokens;
          bestExpert = e;
          bestDevice = into.host(e, i);
        }
      }
    }
    if (bestExpert < 0) {
      return false;
    }
    into.remove(bestExpert, bestDevice);
    into.spread(bestExpert);
    return true;
  }

  private static void restore(Residence into, int expert) {
    int device = earliest(into, expert);
    while (device < 0 && dropRedundant(into)) {
      device = earliest(into, expert);
    }
    into.add(expert, device, 1.0);
  }

  /** The device with room that would finish first with the expert; -1 when there is none. */
  private static int earliest(Residence into, int expert) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int d = 0; d < into.devices; d++) {
      if (into.hasRoom(d)) {
        double seconds = into.after(d, 0, into.weight[expert], 1);
        if (seconds < least) {
          best = d;
          least = seconds;
        }
      }
    }
    return best;
  }
}
