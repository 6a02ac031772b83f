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
 * get the largest experts that they do not hold, so that every slot is filled. Complexity: O(S log
 * D), by a tournament of the devices.
 *
 * <p>Example: speeds 2 and 1, two slots each, loads 6, 2, 2, 2 (ideal time 4). 6 goes to the first
 * device (room per slot 8/2 against 4/2), 2 to the first again (2/1 against 4/2: a draw, lower
 * number first), the other two to the second: both take 4.
 */
final class Packing {
  private static final int DIGIT = 256;
  private static final long NONE = Long.MIN_VALUE;
  private static final double[] PART = new double[64];

  static {
    for (int k = 1; k < PART.length; k++) {
      PART[k] = 1.0 / k;
    }
  }

  private final int[] order;
  private final int[] scratch;
  private final int[] packed;
  private final int[] digits = new int[2 * DIGIT];
  private final double[] room;
  private final long[] tree;
  private final int[] aside;
  private final int[] next;
  private int leaves;
  private double steps;

  Packing(int maxExperts, int maxDevices) {
    order = new int[maxExperts];
    scratch = new int[maxExperts];
    packed = new int[maxExperts];
    int most = Math.max(2, Integer.highestOneBit(Math.max(1, maxDevices - 1)) * 2);
    room = new double[maxDevices];
    tree = new long[2 * most];
    aside = new int[maxDevices];
    next = new int[maxDevices];
  }

  /** Fills the slots of the cell from its counts; may change counts to fill every slot. */
  void run(Cell cell, double largestShare) {
    sort(cell, largestShare);
    cell.clearPlacement();
    leaves = 2;
    while (leaves < cell.devices) {
      leaves <<= 1;
    }
    double widest = 0;
    for (int d = 0; d < cell.devices; d++) {
      next[d] = cell.offset[d];
      room[d] = (cell.ideal - cell.base[d]) * cell.speed[d];
      widest = Math.max(widest, Math.abs(room[d]));
    }
    steps = widest > 0 ? (1L << 40) / widest : 0;
    Arrays.fill(tree, leaves + cell.devices, 2 * leaves, NONE);
    for (int d = 0; d < cell.devices; d++) {
      tree[leaves + d] = grade(cell, d);
    }
    for (int i = leaves - 1; i > 0; i--) {
      tree[i] = Math.max(tree[2 * i], tree[2 * i + 1]);
    }
    int placed = 0;
    for (int i = 0; i < cell.experts; i++) {
      int e = order[i];
      placed += cell.count[e] == 1 ? placeOne(cell, e) : place(cell, e);
    }
    if (placed < cell.slots) {
      fill(cell);
      cell.refresh();
    } else {
      cell.reload();
    }
  }

  /** Heaviest replica first: two counting passes over loads in steps of 1/65535 of the largest. */
  private void sort(Cell cell, double most) {
    int n = cell.experts;
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

  /** Room per free slot in whole steps, and the device, so that the larger is the better. */
  private long grade(Cell cell, int d) {
    int free = cell.offset[d + 1] - next[d];
    if (free == 0) {
      return NONE;
    }
    double perSlot = free < PART.length ? room[d] * PART[free] : room[d] / free;
    return (long) (perSlot * steps) << 16 | 0xffff - d;
  }

  private void replay(int d, long key) {
    int i = leaves + d;
    tree[i] = key;
    while (i > 1) {
      key = Math.max(key, tree[i ^ 1]);
      i >>>= 1;
      tree[i] = key;
    }
  }

  private int placeOne(Cell cell, int e) {
    int d = 0xffff - (int) (tree[1] & 0xffff);
    put(cell, d, e);
    room[d] -= cell.share[e];
    replay(d, grade(cell, d));
    return 1;
  }

  private int place(Cell cell, int e) {
    int copies = cell.count[e];
    int done = 0;
    while (done < copies && tree[1] != NONE) {
      int d = 0xffff - (int) (tree[1] & 0xffff);
      put(cell, d, e);
      room[d] -= cell.share[e];
      aside[done++] = d;
      replay(d, NONE);
    }
    for (int k = 0; k < done; k++) {
      replay(aside[k], grade(cell, aside[k]));
    }
    cell.count[e] = done;
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
