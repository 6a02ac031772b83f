package dev.hejin.scheduler.balance;

import java.util.Arrays;

/** Divides experts over the devices of a {@link Residence} that hold them. */
final class Leveling {
  private static final double ALMOST = 1e-7;
  private static final int TURNS = 60;

  private final Residence in;

  /** Of the hosts of one expert: their time without it, and the tokens of it that they get. */
  private double[] base = new double[8];

  private double[] rest = new double[8];

  Leveling(Residence in) {
    this.in = in;
  }

  /** Water-fills every replicated expert in turn, until that changes little; see {@link #one}. */
  void all(int rounds) {
    double last = in.makespan();
    for (int round = 0; round < rounds; round++) {
      for (int e = 0; e < in.experts; e++) {
        if (in.count[e] > 1) {
          one(e);
        }
      }
      double now = in.makespan();
      if (now > last * (1 - 1e-6) && round > 0) {
        break;
      }
      last = now;
    }
  }

  /**
   * Sets an expert's shares so that the devices that take any of it finish together and no other
   * host would finish earlier: the exact minimum of a convex potential in one block of variables,
   * as in {@link WaterFilling}.
   */
  void one(int expert) {
    int n = in.count[expert];
    double total = in.weight[expert];
    double[] shares = in.shares[expert];
    if (total <= 0) {
      Arrays.fill(shares, 0, n, 1.0 / n);
      return;
    }
    if (n > base.length) {
      base = new double[2 * n];
      rest = new double[2 * n];
    }
    int[] on = in.hosts[expert];
    for (int i = 0; i < n; i++) {
      int d = on[i];
      double own = total * shares[i];
      in.change(d, own, 0);
      base[i] = in.seconds[d];
    }
    if (in.chance.counts()) {
      levelFelt(on, n, total);
    } else {
      double level = level(on, n, total);
      for (int i = 0; i < n; i++) {
        rest[i] = Math.max(0, (level - base[i]) * in.speed[on[i]]);
      }
    }
    for (int i = 0; i < n; i++) {
      in.change(on[i], 0, rest[i]);
      shares[i] = rest[i] / total;
    }
  }

  /** Divides the tokens into {@link #rest} by false position on the time of the hosts. */
  private void levelFelt(int[] on, int n, double total) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      low = Math.min(low, base[i]);
      high = Math.min(high, in.after(on[i], 0, total, 0));
    }
    double below = -total;
    double above = room(on, n, high) - total;
    double over = above;
    for (int turn = 0; turn < TURNS && Math.abs(over) > ALMOST * total; turn++) {
      double middle = low + (high - low) * -below / (above - below);
      over = room(on, n, middle) - total;
      if (over < 0) {
        low = middle;
        below = over;
        above /= 2;
      } else {
        high = middle;
        above = over;
        below /= 2;
      }
    }
    double factor = total / (total + over);
    for (int i = 0; i < n; i++) {
      rest[i] *= factor;
    }
  }

  /** Sets {@link #rest} to the tokens that bring each host to a time; returns their sum. */
  private double room(int[] on, int n, double time) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      int d = on[i];
      double level = (time - in.fixed[d] * in.used[d]) * in.speed[d];
      rest[i] = time > base[i] ? in.chance.room(in.loads[d], in.squares[d], level) : 0;
      sum += rest[i];
    }
    return sum;
  }

  private double level(int[] on, int n, double total) {
    double below = Double.POSITIVE_INFINITY;
    while (true) {
      double volume = total;
      double capacity = 0;
      for (int i = 0; i < n; i++) {
        if (base[i] < below) {
          volume += base[i] * in.speed[on[i]];
          capacity += in.speed[on[i]];
        }
      }
      double level = volume / capacity;
      boolean settled = true;
      for (int i = 0; i < n; i++) {
        settled &= base[i] <= level || base[i] >= below;
      }
      if (settled) {
        return level;
      }
      below = level;
    }
  }
}
