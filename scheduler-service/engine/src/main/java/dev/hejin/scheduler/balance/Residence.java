package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * Which devices hold which experts of one layer where slots may stay empty, with the tokens that
 * each replica takes and the time of each device, kept up to date with every change. Each replica
 * costs its device a fixed time besides its tokens.
 */
final class Residence {
  private static final double NOTHING = 1e-9;

  final int experts;
  final int devices;

  /** Most replicas of all experts. */
  final int most;

  /** Tokens of each expert. */
  final double[] weight;

  /** Seconds of a token, by device. */
  final double[] inverse;

  final double[] speed;
  final double[] fixed;
  private final int[] slots;
  final int[][] hosts;
  final double[][] shares;

  /** Bit of each expert on each device. */
  private final long[] held;

  private final int words;
  final int[] count;
  final int[] used;
  final double[] seconds;

  /** Sum of the tokens of a device's replicas, and of their squares. */
  final double[] loads;

  final double[] squares;
  final Chance chance;
  private final Leveling leveling = new Leveling(this);
  private int replicas;

  Residence(BalanceProblem problem, double[] weight) {
    this(weight, problem.devices(), problem.replicas(), problem.chance());
    for (int d = 0; d < devices; d++) {
      speed[d] = problem.speed(d);
      inverse[d] = 1 / speed[d];
      fixed[d] = problem.fixedSeconds(d);
      slots[d] = problem.slots(d);
    }
  }

  /** Of the experts and devices of a cell, every slot in use. */
  Residence(Cell cell) {
    this(Arrays.copyOf(cell.weight, cell.experts), cell.devices, cell.slots, Chance.NONE);
    for (int d = 0; d < devices; d++) {
      speed[d] = cell.speed[d];
      inverse[d] = cell.inverse[d];
      fixed[d] = cell.fixed[d];
      slots[d] = cell.offset[d + 1] - cell.offset[d];
    }
    take(cell);
  }

  /** Of devices of which nothing is known yet. */
  private Residence(double[] weight, int devices, int most, Chance chance) {
    this.weight = weight;
    this.experts = weight.length;
    this.devices = devices;
    this.most = most;
    this.chance = chance;
    inverse = new double[devices];
    speed = new double[devices];
    fixed = new double[devices];
    slots = new int[devices];
    hosts = new int[experts][2];
    shares = new double[experts][2];
    count = new int[experts];
    words = (experts + 63) >>> 6;
    held = new long[devices * words];
    used = new int[devices];
    seconds = new double[devices];
    loads = new double[devices];
    squares = new double[devices];
  }

  /** Adds the replicas of a cell with the same experts and devices. */
  void take(Cell cell) {
    for (int d = 0; d < cell.devices; d++) {
      for (int s = cell.offset[d]; s < cell.offset[d + 1]; s++) {
        int e = cell.slotExpert[s];
        add(e, d, weight[e] > 0 ? cell.slotLoad[s] / weight[e] : 1.0 / cell.count[e]);
      }
    }
  }

  /** Fills a cell whose slots are all in use here. */
  void give(Cell cell) {
    int[] next = Arrays.copyOf(cell.offset, devices);
    cell.clearPlacement();
    for (int e = 0; e < experts; e++) {
      cell.count[e] = count[e];
      for (int i = 0; i < count[e]; i++) {
        int d = hosts[e][i];
        cell.slotExpert[next[d]] = e;
        cell.slotLoad[next[d]++] = weight[e] * shares[e][i];
        cell.flip(d, e);
      }
    }
    cell.retime();
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
    return used[device] < slots[device];
  }

  int used(int device) {
    return used[device];
  }

  /** Tokens of a replica. */
  double tokens(int expert, double share) {
    return weight[expert] * share;
  }

  /**
   * Seconds of a device when one of its replicas takes {@code gained} tokens instead of {@code
   * lost}; 0 tokens stand for a replica that is not there.
   *
   * @param more replicas that it then has more
   */
  double after(int device, double lost, double gained, int more) {
    return felt(
        device,
        used[device] + more,
        loads[device] - lost + gained,
        squares[device] - lost * lost + gained * gained);
  }

  private double felt(int device, int residents, double load, double square) {
    return fixed[device] * residents + chance.felt(load, square) * inverse[device];
  }

  void change(int device, double lost, double gained) {
    loads[device] += gained - lost;
    squares[device] += gained * gained - lost * lost;
    seconds[device] = felt(device, used[device], loads[device], squares[device]);
  }

  /** The time at which all devices would be done if it could be levelled as it is. */
  double meanSeconds() {
    double sum = 0;
    double capacity = 0;
    for (int d = 0; d < devices; d++) {
      if (slots[d] > 0) {
        sum += seconds[d] * speed[d];
        capacity += speed[d];
      }
    }
    return sum / capacity;
  }

  /** The least time of a device that has nothing but an even part of the expert that needs most. */
  double aloneSeconds() {
    double largest = 0;
    for (int e = 0; e < experts; e++) {
      largest = Math.max(largest, count[e] == 0 ? 0 : weight[e] / count[e]);
    }
    double least = Double.POSITIVE_INFINITY;
    for (int d = 0; d < devices; d++) {
      if (slots[d] > 0) {
        least = Math.min(least, felt(d, 1, largest, largest * largest));
      }
    }
    return least;
  }

  int indexOf(int expert, int device) {
    int[] on = hosts[expert];
    for (int i = 0; i < count[expert]; i++) {
      if (on[i] == device) {
        return i;
      }
    }
    return -1;
  }

  boolean holds(int device, int expert) {
    return (held[device * words + (expert >>> 6)] >>> expert & 1L) != 0;
  }

  void add(int expert, int device, double share) {
    if (count[expert] == hosts[expert].length) {
      hosts[expert] = Arrays.copyOf(hosts[expert], 2 * count[expert]);
      shares[expert] = Arrays.copyOf(shares[expert], 2 * count[expert]);
    }
    hosts[expert][count[expert]] = device;
    shares[expert][count[expert]++] = share;
    held[device * words + (expert >>> 6)] |= 1L << expert;
    used[device]++;
    replicas++;
    change(device, 0, tokens(expert, share));
  }

  /** Takes a replica away and returns the share that now nobody serves. */
  double remove(int expert, int device) {
    int index = indexOf(expert, device);
    double share = shares[expert][index];
    int last = --count[expert];
    hosts[expert][index] = hosts[expert][last];
    shares[expert][index] = shares[expert][last];
    held[device * words + (expert >>> 6)] &= ~(1L << expert);
    used[device]--;
    replicas--;
    change(device, tokens(expert, share), 0);
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
    int index = indexOf(expert, d);
    double before = shares[expert][index];
    shares[expert][index] = before + share;
    change(d, tokens(expert, before), tokens(expert, before + share));
  }

  /** Divides the expert evenly over its hosts. */
  void spread(int expert) {
    int n = count[expert];
    for (int i = 0; i < n; i++) {
      int d = hosts[expert][i];
      change(d, tokens(expert, shares[expert][i]), tokens(expert, 1.0 / n));
      shares[expert][i] = 1.0 / n;
    }
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

  double makespan() {
    return seconds[slowest()];
  }

  /** Levels every replicated expert in turn, see {@link Leveling}. */
  void levelAll(int rounds) {
    leveling.all(rounds);
  }

  /** Levels one expert. */
  void level(int expert) {
    leveling.one(expert);
  }

  /** Removes replicas that serve nothing while another one does. */
  void dropIdle() {
    for (int e = 0; e < experts; e++) {
      for (int i = count[e] - 1; i >= 0 && count[e] > 1; i--) {
        if (shares[e][i] < NOTHING || weight[e] <= 0) {
          give(e, remove(e, hosts[e][i]));
        }
      }
    }
  }

  /**
   * Writes experts and shares into one row of slots in device order; slots that stay empty hold
   * {@link Cell#EMPTY}.
   */
  void store(int[] row, double[] rowShares, int[] rowCounts) {
    int[] next = new int[devices];
    for (int d = 1; d < devices; d++) {
      next[d] = next[d - 1] + slots[d - 1];
    }
    Arrays.fill(row, Cell.EMPTY);
    for (int e = 0; e < experts; e++) {
      double sum = 0;
      for (int i = 0; i < count[e]; i++) {
        sum += shares[e][i];
      }
      for (int i = 0; i < count[e]; i++) {
        int slot = next[hosts[e][i]]++;
        row[slot] = e;
        rowShares[slot] = sum > 0 ? shares[e][i] / sum : 1.0 / count[e];
      }
      rowCounts[e] = count[e];
    }
  }
}
