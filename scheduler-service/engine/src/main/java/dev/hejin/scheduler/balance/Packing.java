package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * Puts replicas on devices, largest first.
 *
 * <p>Goal: little remains for the search to repair. Hard constraints: the slots of each device, no
 * expert twice on a device. Method: each replica goes to the device with the most room per free
 * slot, where room is what the device may still take before it reaches the ideal time. Unlike
 * "least loaded first" this keeps a fast device with few slots for large replicas, and a slow one
 * with many slots for small ones. A replica that fits nowhere is dropped, and the slots left over
 * get the largest experts that they do not hold, so that every slot is filled. Complexity: O(S D).
 *
 * <p>Example: speeds 2 and 1, two slots each, loads 5, 4, 2, 1 (ideal time 4): 5 goes to the first
 * device (room 8/2 against 4/2), 4 to none but the first again (3/1 against 4/2), 2 and 1 to the
 * second: times 4.5 and 3, which a swap of 5 and 2 cannot better.
 */
final class Packing {
  private static final int DIGIT = 256;

  private final int[] order;
  private final int[] scratch;
  private final int[] packed;
  private final int[] digits = new int[2 * DIGIT];
  private final double[] room;
  private final double[] perSlot;
  private final int[] tree;
  private final int[] next;
  private int leaves;

  Packing(int maxExperts, int maxDevices) {
    order = new int[maxExperts];
    scratch = new int[maxExperts];
    packed = new int[maxExperts];
    int most = Math.max(2, Integer.highestOneBit(Math.max(1, maxDevices - 1)) * 2);
    room = new double[maxDevices];
    perSlot = new double[most];
    tree = new int[2 * most];
    next = new int[maxDevices];
  }

  /** Fills the slots of the cell from its counts; may change counts to fill every slot. */
  void run(Cell cell) {
    sort(cell);
    cell.clearPlacement();
    leaves = 2;
    while (leaves < cell.devices) {
      leaves <<= 1;
    }
    for (int d = 0; d < cell.devices; d++) {
      next[d] = cell.offset[d];
      room[d] = (cell.ideal - cell.base[d]) * cell.speed[d];
      perSlot[d] = grade(cell, d);
    }
    Arrays.fill(perSlot, cell.devices, leaves, Double.NEGATIVE_INFINITY);
    plant();
    int placed = 0;
    for (int i = 0; i < cell.experts; i++) {
      int e = order[i];
      placed += cell.count[e] == 1 ? placeOne(cell, e) : place(cell, e);
    }
    if (placed < cell.slots) {
      fill(cell);
    }
    cell.refresh();
  }

  /** Heaviest replica first: two counting passes over loads in steps of 1/65535 of the largest. */
  private void sort(Cell cell) {
    int n = cell.experts;
    double most = 0;
    for (int e = 0; e < n; e++) {
      double load = cell.weight[e] / cell.count[e];
      cell.share[e] = load;
      most = Math.max(most, load);
    }
    double scale = most > 0 ? 65535 / most : 0;
    Arrays.fill(digits, 0);
    for (int e = 0; e < n; e++) {
      int key = 65535 - (int) (cell.share[e] * scale);
      scratch[e] = key;
      digits[key & 0xff]++;
      digits[DIGIT + (key >>> 8)]++;
    }
    int low = 0;
    int high = 0;
    for (int k = 0; k < DIGIT; k++) {
      int l = digits[k];
      int h = digits[DIGIT + k];
      digits[k] = low;
      digits[DIGIT + k] = high;
      low += l;
      high += h;
    }
    spread(n);
  }

  private void spread(int n) {
    for (int e = 0; e < n; e++) {
      int key = scratch[e];
      packed[digits[key & 0xff]++] = key >>> 8 << 16 | e;
    }
    for (int i = 0; i < n; i++) {
      int entry = packed[i];
      order[digits[DIGIT + (entry >>> 16)]++] = entry & 0xffff;
    }
  }

  private double grade(Cell cell, int d) {
    int free = cell.offset[d + 1] - next[d];
    return free > 0 ? room[d] / free : Double.NEGATIVE_INFINITY;
  }

  private void plant() {
    for (int d = 0; d < leaves; d++) {
      tree[leaves + d] = d;
    }
    for (int i = leaves - 1; i > 0; i--) {
      int l = tree[2 * i];
      int r = tree[2 * i + 1];
      tree[i] = perSlot[r] > perSlot[l] ? r : l;
    }
  }

  private void replay(int d) {
    int i = leaves + d;
    int winner = d;
    double best = perSlot[d];
    while (i > 1) {
      int rival = tree[i ^ 1];
      double other = perSlot[rival];
      if (other > best) {
        best = other;
        winner = rival;
      }
      i >>>= 1;
      tree[i] = winner;
    }
  }

  private int placeOne(Cell cell, int e) {
    int d = tree[1];
    if (next[d] >= cell.offset[d + 1]) {
      throw new IllegalStateException("no free slot for expert " + e);
    }
    put(cell, d, e);
    room[d] -= cell.share[e];
    perSlot[d] = grade(cell, d);
    replay(d);
    return 1;
  }

  private int place(Cell cell, int e) {
    int copies = cell.count[e];
    int done = 0;
    while (done < copies) {
      int best = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int d = 0; d < cell.devices; d++) {
        if (perSlot[d] > most && (done == 0 || !cell.holds(d, e))) {
          most = perSlot[d];
          best = d;
        }
      }
      if (best < 0) {
        cell.count[e] = done;
        break;
      }
      put(cell, best, e);
      room[best] -= cell.share[e];
      perSlot[best] = grade(cell, best);
      replay(best);
      done++;
    }
    return done;
  }

  private void put(Cell cell, int d, int e) {
    cell.slotExpert[next[d]++] = e;
    cell.flip(d, e);
  }

  /** Rare: some device has a free slot, and all replicas that may go there are placed. */
  private void fill(Cell cell) {
    for (int d = 0; d < cell.devices; d++) {
      while (next[d] < cell.offset[d + 1]) {
        int best = -1;
        for (int e = 0; e < cell.experts; e++) {
          if (!cell.holds(d, e)
              && (best < 0
                  || cell.weight[e] / cell.count[e] > cell.weight[best] / cell.count[best])) {
            best = e;
          }
        }
        cell.count[best]++;
        put(cell, d, best);
      }
    }
  }
}
