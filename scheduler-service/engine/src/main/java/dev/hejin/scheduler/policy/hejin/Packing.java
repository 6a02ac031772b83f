package dev.hejin.scheduler.policy.hejin;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/**
 * Which devices hold which experts, with the share that each takes and the time of each device,
 * kept up to date with every change.
 */
final class Packing {
  private static final double NOTHING = 1e-9;

  private final LayerProblem problem;
  private final int[][] hosts;
  private final double[][] shares;
  private final int[] count;
  private final int[] used;
  private final double[] seconds;
  private int replicas;

  Packing(LayerProblem problem) {
    this.problem = problem;
    this.hosts = new int[problem.experts()][2];
    this.shares = new double[problem.experts()][2];
    this.count = new int[problem.experts()];
    this.used = new int[problem.devices()];
    this.seconds = new double[problem.devices()];
  }

  LayerProblem problem() {
    return problem;
  }

  int count(int expert) {
    return count[expert];
  }

  int host(int expert, int index) {
    return hosts[expert][index];
  }

  double share(int expert, int index) {
    return shares[expert][index];
  }

  double seconds(int device) {
    return seconds[device];
  }

  int replicas() {
    return replicas;
  }

  boolean hasRoom(int device) {
    return used[device] < problem.slots()[device];
  }

  int used(int device) {
    return used[device];
  }

  /** Routed tokens of a replica. */
  double tokens(int expert, double share) {
    return problem.load()[expert] * share * problem.routedTokens();
  }

  /** Seconds that a replica takes on a device. */
  double cost(int device, double tokens) {
    return problem.fixedSeconds()[device] + tokens * problem.tokenSeconds()[device];
  }

  int indexOf(int expert, int device) {
    for (int i = 0; i < count[expert]; i++) {
      if (hosts[expert][i] == device) {
        return i;
      }
    }
    return -1;
  }

  boolean holds(int device, int expert) {
    return indexOf(expert, device) >= 0;
  }

  void add(int expert, int device, double share) {
    if (count[expert] == hosts[expert].length) {
      hosts[expert] = Arrays.copyOf(hosts[expert], 2 * count[expert]);
      shares[expert] = Arrays.copyOf(shares[expert], 2 * count[expert]);
    }
    hosts[expert][count[expert]] = device;
    shares[expert][count[expert]++] = share;
    used[device]++;
    replicas++;
    seconds[device] += cost(device, tokens(expert, share));
  }

  /** Takes a replica away and returns the share that now nobody serves. */
  double remove(int expert, int device) {
    int index = indexOf(expert, device);
    double share = shares[expert][index];
    int last = --count[expert];
    hosts[expert][index] = hosts[expert][last];
    shares[expert][index] = shares[expert][last];
    used[device]--;
    replicas--;
    seconds[device] -= cost(device, tokens(expert, share));
    return share;
  }

  void move(int expert, int from, int to) {
    add(expert, to, remove(expert, from));
  }

  /** The host of an expert, other than {@code device}, that finishes first; it must exist. */
  int coolestOther(int expert, int device) {
    int best = -1;
    for (int i = 0; i < count[expert]; i++) {
      int d = hosts[expert][i];
      if (d != device && (best < 0 || seconds[d] < seconds[best])) {
        best = d;
      }
    }
    return best;
  }

  /** Gives a share that nobody serves to the host of the expert that finishes first. */
  void give(int expert, double share) {
    int d = coolestOther(expert, -1);
    shares[expert][indexOf(expert, d)] += share;
    seconds[d] += tokens(expert, share) * problem.tokenSeconds()[d];
  }

  int slowest() {
    int slowest = 0;
    for (int d = 1; d < seconds.length; d++) {
      if (seconds[d] > seconds[slowest]) {
        slowest = d;
      }
    }
    return slowest;
  }

  double most() {
    return seconds[slowest()];
  }

  /** Water-fills every replicated expert in turn; see {@link #level}. */
  void levelAll(int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (int e = 0; e < count.length; e++) {
        if (count[e] > 1) {
          level(e);
        }
      }
    }
  }

  /**
   * Sets an expert's shares so that the devices that take any of it finish together and no other
   * host would finish earlier. This minimises a smooth convex potential (sum of seconds squared /
   * token seconds) in one block of variables; going round all experts therefore converges to the
   * split with the least maximum.
   */
  void level(int expert) {
    int n = count[expert];
    double total = tokens(expert, 1.0);
    if (total <= 0) {
      Arrays.fill(shares[expert], 0, n, 1.0 / n);
      return;
    }
    double[] base = new double[n];
    boolean[] active = new boolean[n];
    for (int i = 0; i < n; i++) {
      int d = hosts[expert][i];
      base[i] = seconds[d] - tokens(expert, shares[expert][i]) * problem.tokenSeconds()[d];
      active[i] = true;
    }
    double water = 0;
    boolean changed = true;
    while (changed) {
      changed = false;
      double volume = total;
      double speed = 0;
      for (int i = 0; i < n; i++) {
        if (active[i]) {
          double perToken = problem.tokenSeconds()[hosts[expert][i]];
          volume += base[i] / perToken;
          speed += 1 / perToken;
        }
      }
      water = volume / speed;
      for (int i = 0; i < n; i++) {
        if (active[i] && base[i] > water) {
          active[i] = false;
          changed = true;
        }
      }
    }
    for (int i = 0; i < n; i++) {
      int d = hosts[expert][i];
      double tokens = active[i] ? (water - base[i]) / problem.tokenSeconds()[d] : 0;
      shares[expert][i] = tokens / total;
      seconds[d] = base[i] + tokens * problem.tokenSeconds()[d];
    }
  }

  /** Removes replicas that serve nothing while another one does. */
  void dropIdle() {
    for (int e = 0; e < count.length; e++) {
      for (int i = count[e] - 1; i >= 0 && count[e] > 1; i--) {
        if (shares[e][i] < NOTHING || tokens(e, 1.0) <= 0) {
          give(e, remove(e, hosts[e][i]));
        }
      }
    }
  }

  LayerPlacement placement() {
    int[] device = new int[replicas];
    int[] expert = new int[replicas];
    double[] share = new double[replicas];
    int slot = 0;
    for (int e = 0; e < count.length; e++) {
      double sum = 0;
      for (int i = 0; i < count[e]; i++) {
        sum += shares[e][i];
      }
      for (int i = 0; i < count[e]; i++) {
        device[slot] = hosts[e][i];
        expert[slot] = e;
        share[slot++] = sum > 0 ? shares[e][i] / sum : 1.0 / count[e];
      }
    }
    return new LayerPlacement(device, expert, share);
  }
}
