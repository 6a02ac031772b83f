package dev.hejin.scheduler.balance;

import java.util.Arrays;

/** Takes over a placement that may be of another planner, and mends what is invalid in it. */
final class Inheritance {
  private Inheritance() {}

  /**
   * Fills the slots of the cell from {@code old}, whose first slot of interest is {@code
   * firstSlot}, in the cell's expert numbers (negative: not of this cell). Duplicates on a device
   * and foreign experts give way to experts without a replica, then to the heaviest. Returns the
   * copies that this takes.
   */
  static int take(Cell cell, int[] old, int firstSlot) {
    cell.clearPlacement();
    Arrays.fill(cell.count, 0, cell.experts, 0);
    for (int d = 0; d < cell.devices; d++) {
      for (int s = cell.offset[d]; s < cell.offset[d + 1]; s++) {
        int e = old[firstSlot + s];
        if (e >= 0 && !cell.holds(d, e)) {
          cell.slotExpert[s] = e;
          cell.flip(d, e);
          cell.count[e]++;
        }
      }
    }
    int copies = 0;
    for (int e = 0; e < cell.experts; e++) {
      if (cell.count[e] == 0) {
        house(cell, e);
        copies++;
      }
    }
    return copies + fill(cell);
  }

  /** A free slot, else that of the expert whose loss hurts least. */
  private static void house(Cell cell, int e) {
    int best = -1;
    int device = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int d = 0; d < cell.devices; d++) {
      for (int s = cell.offset[d]; s < cell.offset[d + 1]; s++) {
        int old = cell.slotExpert[s];
        double loss = -1;
        if (old != Cell.EMPTY) {
          loss = cell.count[old] < 2 ? Double.POSITIVE_INFINITY : lossOf(cell, old);
        }
        if (loss < least) {
          least = loss;
          best = s;
          device = d;
        }
      }
    }
    int old = cell.slotExpert[best];
    if (old != Cell.EMPTY) {
      cell.count[old]--;
      cell.flip(device, old);
    }
    cell.slotExpert[best] = e;
    cell.count[e] = 1;
    cell.flip(device, e);
  }

  private static double lossOf(Cell cell, int e) {
    return cell.weight[e] / (cell.count[e] - 1);
  }

  private static int fill(Cell cell) {
    int copies = 0;
    for (int d = 0; d < cell.devices; d++) {
      for (int s = cell.offset[d]; s < cell.offset[d + 1]; s++) {
        if (cell.slotExpert[s] != Cell.EMPTY) {
          continue;
        }
        int best = -1;
        for (int e = 0; e < cell.experts; e++) {
          if (!cell.holds(d, e)
              && (best < 0
                  || cell.weight[e] / cell.count[e] > cell.weight[best] / cell.count[best])) {
            best = e;
          }
        }
        cell.slotExpert[s] = best;
        cell.flip(d, best);
        cell.count[best]++;
        copies++;
      }
    }
    return copies;
  }
}
