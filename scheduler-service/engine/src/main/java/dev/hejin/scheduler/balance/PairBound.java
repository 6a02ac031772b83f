package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * A proof of what no even split can reach on devices of equal speed with two slots each, whatever
 * the replica counts.
 *
 * <p>Method: suppose every device takes at most T. A replica heavier than T - y shares its device
 * with one lighter than y. So for every y there are at most as many heavy replicas as light ones,
 * and an expert of load w has at least w / T replicas. For one y, the counts that serve this best
 * are a knapsack: replicas to spend, and for each expert how far each one brings it from heavy to
 * neither to light. Its relaxation is solved by falling slope; where even that leaves more heavy
 * replicas than light ones, T is impossible. The largest impossible T is found by halving. Any y
 * gives a valid proof; all loads and their halves are tried. Complexity: O(E^2 log E) for each T.
 */
public final class PairBound {
  private static final int HALVINGS = 12;

  private final double[] weight;
  private final int slots;
  private final double[] slope;
  private final double[] length;
  private final long[] order;
  private int segments;

  private PairBound(double[] weight, int slots) {
    this.weight = weight;
    this.slots = slots;
    slope = new double[2 * weight.length];
    length = new double[2 * weight.length];
    order = new long[2 * weight.length];
  }

  /**
   * No even split takes a layer through in less.
   *
   * @param weight loads of the experts, tokens
   * @param devices of speed 1, with two slots each
   * @param reached tokens of the slowest device in some valid placement
   * @return tokens that the slowest device has at least
   */
  public static double tokens(double[] weight, int devices, double reached) {
    double total = Arrays.stream(weight).sum();
    PairBound bound = new PairBound(weight, 2 * devices);
    double low = total / devices;
    double high = reached;
    for (int round = 0; round < HALVINGS; round++) {
      double middle = 0.5 * (low + high);
      if (bound.impossible(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean impossible(double limit) {
    int needed = 0;
    for (double w : weight) {
      needed += least(w, limit);
    }
    if (needed > slots) {
      return true;
    }
    for (double w : weight) {
      for (double y = w; y > w / 3; y /= 2) {
        if (y > 0 && y < limit / 2 && impossible(limit, y * (1 - 1e-12), slots - needed)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean impossible(double limit, double light, int spare) {
    int surplus = 0;
    segments = 0;
    double heavy = limit - light;
    for (double w : weight) {
      int from = least(w, limit);
      if (w / from <= light) {
        surplus -= from;
        continue;
      }
      int state = w / from > heavy ? from : 0;
      surplus += state;
      int middle = Math.max(from, least(w, heavy));
      int to = least(w, light);
      double first = middle > from ? (double) state / (middle - from) : Double.MAX_VALUE;
      double second = (double) to / (to - middle);
      if (middle > from && first > second) {
        add(first, middle - from);
        add(second, to - middle);
      } else {
        add((double) (state + to) / (to - from), to - from);
      }
    }
    return surplus > Math.floor(gain(spare) + 1e-6);
  }

  /** Fewest replicas so that each is at most {@code size}. */
  private static int least(double w, double size) {
    return Math.max(1, (int) Math.ceil(w / size * (1 - 1e-12)));
  }

  private void add(double steepness, int replicas) {
    slope[segments] = steepness;
    length[segments] = replicas;
    order[segments] = (long) Float.floatToRawIntBits((float) steepness) << 32 | segments;
    segments++;
  }

  /** The most that spare replicas can turn; light experts turn one more with each. */
  private double gain(int spare) {
    Arrays.sort(order, 0, segments);
    double left = spare;
    double gain = 0;
    for (int i = segments - 1; i >= 0 && left > 0; i--) {
      int k = (int) order[i];
      double used = Math.min(left, length[k]);
      gain += used * slope[k];
      left -= used;
    }
    return gain + left;
  }
}
