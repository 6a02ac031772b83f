package dev.hejin.scheduler.balance;

/**
 * Makes a previous placement of a layer whose slots may stay empty valid again with as few changes
 * as possible: replicas beyond the limit go, experts that are nowhere come back.
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
