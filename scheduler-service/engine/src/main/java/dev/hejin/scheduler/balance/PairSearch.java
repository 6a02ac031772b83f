package dev.hejin.scheduler.balance;

/**
 * Replica counts for devices of equal speed with two slots each.
 *
 * <p>Goal: least sum of the heaviest pair. For given counts the best packing is known: heaviest
 * replica with lightest, second heaviest with second lightest, and so on; so only the counts are
 * searched. Method: give one expert a replica more (tried for all, as if there were a slot to
 * spare) and take one from another (tried for all, for the most promising first), judged by the sum
 * of the 64th powers of all pairs, which is smooth where the maximum is flat. A step that does not
 * lower it is not taken. Complexity of a step: O(E (E + M)) for M experts with several replicas.
 */
final class PairSearch {
  private static final int PROMISING = 10;

  private final double[] value;
  private final int[] times;
  private final int[] owner;
  private final double[] trialValue;
  private final int[] trialTimes;
  private final double[] score;
  private final int[] best;
  private int size;
  private double unit;

  PairSearch(int maxExperts) {
    value = new double[maxExperts];
    times = new int[maxExperts];
    owner = new int[maxExperts];
    trialValue = new double[maxExperts + 1];
    trialTimes = new int[maxExperts + 1];
    score = new double[maxExperts];
    best = new int[PROMISING];
  }

  static boolean fits(Cell cell) {
    for (int d = 0; d < cell.devices; d++) {
      if (cell.offset[d + 1] - cell.offset[d] != 2
          || cell.speed[d] != cell.speed[0]
          || cell.base[d] != cell.base[0]) {
        return false;
      }
    }
    return cell.devices > 1;
  }

  /** Changes the counts of the cell; their sum stays. */
  void run(Cell cell, int maxSteps) {
    size = cell.experts;
    unit = (cell.ideal - cell.base[0]) * cell.speed[0];
    sort(cell);
    double now = judge(-1, 0, -1, 0, false);
    for (int step = 0; step < maxSteps; step++) {
      double next = step(cell, now);
      if (next >= now) {
        break;
      }
      now = next;
    }
  }

  private void sort(Cell cell) {
    for (int e = 0; e < size; e++) {
      double v = cell.weight[e] / cell.count[e];
      int k = e;
      while (k > 0 && value[k - 1] < v) {
        value[k] = value[k - 1];
        owner[k] = owner[k - 1];
        k--;
      }
      value[k] = v;
      owner[k] = e;
    }
    for (int k = 0; k < size; k++) {
      times[k] = cell.count[owner[k]];
    }
  }

  private double step(Cell cell, double now) {
    int kept = 0;
    for (int k = 0; k < size; k++) {
      if (times[k] >= cell.devices) {
        continue;
      }
      score[k] = judge(k, times[k] + 1, -1, 0, true);
      int at = kept < PROMISING ? kept++ : PROMISING;
      while (at > 0 && score[best[at - 1]] > score[k]) {
        if (at < PROMISING) {
          best[at] = best[at - 1];
        }
        at--;
      }
      if (at < PROMISING) {
        best[at] = k;
      }
    }
    for (int n = 0; n < kept; n++) {
      int up = best[n];
      int down = -1;
      double least = now * (1 - 1e-9);
      for (int k = 0; k < size; k++) {
        if (k != up && times[k] > 1) {
          double s = judge(up, times[up] + 1, k, times[k] - 1, false);
          if (s < least) {
            least = s;
            down = k;
          }
        }
      }
      if (down >= 0) {
        cell.count[owner[up]]++;
        cell.count[owner[down]]--;
        sort(cell);
        return least;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** The sum of powers of the best pairs, with two counts changed; odd: one slot to spare. */
  private double judge(int a, int countA, int b, int countB, boolean odd) {
    int n = 0;
    if (a < 0) {
      System.arraycopy(value, 0, trialValue, 0, size);
      System.arraycopy(times, 0, trialTimes, 0, size);
      n = size;
    } else {
      n = copyWithout(a, b);
      n = insert(n, value[a] * times[a] / countA, countA);
      if (b >= 0) {
        n = insert(n, value[b] * times[b] / countB, countB);
      }
    }
    if (odd) {
      trialValue[n] = 0;
      trialTimes[n++] = 1;
    }
    return pair(n);
  }

  private int copyWithout(int a, int b) {
    int first = b < 0 ? a : Math.min(a, b);
    System.arraycopy(value, 0, trialValue, 0, first);
    System.arraycopy(times, 0, trialTimes, 0, first);
    if (b < 0) {
      System.arraycopy(value, first + 1, trialValue, first, size - first - 1);
      System.arraycopy(times, first + 1, trialTimes, first, size - first - 1);
      return size - 1;
    }
    int second = Math.max(a, b);
    System.arraycopy(value, first + 1, trialValue, first, second - first - 1);
    System.arraycopy(times, first + 1, trialTimes, first, second - first - 1);
    System.arraycopy(value, second + 1, trialValue, second - 1, size - second - 1);
    System.arraycopy(times, second + 1, trialTimes, second - 1, size - second - 1);
    return size - 2;
  }

  private int insert(int n, double v, int count) {
    int low = 0;
    int high = n;
    while (low < high) {
      int mid = (low + high) >>> 1;
      if (trialValue[mid] >= v) {
        low = mid + 1;
      } else {
        high = mid;
      }
    }
    System.arraycopy(trialValue, low, trialValue, low + 1, n - low);
    System.arraycopy(trialTimes, low, trialTimes, low + 1, n - low);
    trialValue[low] = v;
    trialTimes[low] = count;
    return n + 1;
  }

  private double pair(int n) {
    double total = 0;
    int i = 0;
    int j = n - 1;
    int left = trialTimes[0];
    int right = trialTimes[j];
    while (i < j) {
      int both = Math.min(left, right);
      total += both * power((trialValue[i] + trialValue[j]) / unit);
      left -= both;
      right -= both;
      if (left == 0) {
        left = trialTimes[++i];
      }
      if (right == 0 && j > i) {
        right = trialTimes[--j];
      }
    }
    int rest = Math.min(left, right) / 2;
    return rest > 0 && i == j ? total + rest * power(2 * trialValue[i] / unit) : total;
  }

  private static double power(double x) {
    double y = x * x;
    y *= y;
    y *= y;
    y *= y;
    y *= y;
    return y * y;
  }

  /** Puts replicas on the devices of the cell, heaviest with lightest, no expert twice. */
  void assign(Cell cell) {
    sort(cell);
    cell.clearPlacement();
    int n = cell.slots;
    int s = 0;
    for (int k = 0; k < size; k++) {
      for (int c = 0; c < times[k]; c++) {
        int rank = s++;
        int d = Math.min(rank, n - 1 - rank);
        cell.slotExpert[cell.offset[d] + (rank == d ? 0 : 1)] = owner[k];
      }
    }
    part(cell);
    for (int d = 0; d < cell.devices; d++) {
      cell.flip(d, cell.slotExpert[cell.offset[d]]);
      cell.flip(d, cell.slotExpert[cell.offset[d] + 1]);
    }
    cell.refresh();
  }

  /** Equal replicas of one expert can meet only in the lightest pairs: exchange upwards. */
  private static void part(Cell cell) {
    for (int d = cell.devices - 1; d >= 0; d--) {
      int e = cell.slotExpert[2 * d];
      if (e != cell.slotExpert[2 * d + 1]) {
        continue;
      }
      for (int other = cell.devices - 1; other >= 0; other--) {
        int f = cell.slotExpert[2 * other];
        if (f != e && cell.slotExpert[2 * other + 1] != e) {
          cell.slotExpert[2 * d] = f;
          cell.slotExpert[2 * other] = e;
          break;
        }
      }
    }
  }
}
