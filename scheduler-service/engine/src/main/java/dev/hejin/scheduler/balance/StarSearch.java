package dev.hejin.scheduler.balance;

import java.util.Arrays;

/**
 * Placements with weighted replicas on devices of equal speed with two slots each.
 *
 * <p>Goal: least time of the slowest device when an expert's tokens may be divided at will. Method:
 * the devices form stars; a star of m devices holds m + 1 experts, the heaviest of them on all m
 * devices and each other on one, so that all its devices take the mean of the star. E experts on D
 * devices form E - D stars, and which experts share a star is again a packing problem: stars are
 * devices with speed m and m + 1 slots, experts have one replica each. Star sizes follow from the
 * replica counts of the even split, and one device at a time is then moved from star to star while
 * that helps. Complexity: O(E log E) plus the exchanges, for each trial.
 *
 * <p>Example: loads 5, 1, 1, 1, 2 on three devices: two stars; 5, 1 and 1 on two devices (3.5
 * each), 1 and 2 on the third.
 */
final class StarSearch {
  private static final int TRIALS = 60;
  private static final int SWAPS = 200;

  private final Cell stars;
  private final Packing packing;
  private final SwapSearch swaps;
  private final Replication replication;
  private final int[] size;

  StarSearch(int maxExperts, int maxDevices) {
    stars = new Cell(maxExperts, Math.max(maxExperts, maxDevices), maxExperts);
    packing = new Packing(maxExperts, Math.max(maxExperts, maxDevices));
    swaps = new SwapSearch(Math.max(maxExperts, maxDevices));
    replication = new Replication(maxExperts);
    size = new int[maxExperts];
  }

  static boolean fits(Cell cell) {
    return PairSearch.fits(cell) && cell.experts > cell.devices;
  }

  /** Fills the slots and counts of the cell; the shares are left to water-filling. */
  void run(Cell cell, double targetGap, int maxSteps) {
    System.arraycopy(cell.weight, 0, stars.weight, 0, cell.experts);
    int number = cell.experts - cell.devices;
    replication.run(cell);
    int n = 0;
    for (int e = 0; e < cell.experts; e++) {
      if (cell.count[e] > 1) {
        size[n++] = cell.count[e];
      }
    }
    while (n > number) {
      n--;
      size[n - 1] += size[n] - 1;
    }
    while (n < number) {
      size[n++] = 1;
    }
    double least = tryStars(cell, number, targetGap, maxSteps);
    int trial = 0;
    while (trial < TRIALS && least > stars.ideal * (1 + targetGap)) {
      int up = stars.slowest();
      double now = least;
      for (int donor = 0; donor < number && now >= least && trial < TRIALS; donor++) {
        if (donor != up && size[donor] > 1 && trial++ < TRIALS) {
          size[up]++;
          size[donor]--;
          now = tryStars(cell, number, targetGap, maxSteps);
          if (now >= least * (1 - 1e-9)) {
            size[up]--;
            size[donor]++;
            now = least;
          }
        }
      }
      if (now >= least) {
        break;
      }
      least = now;
    }
    tryStars(cell, number, targetGap, maxSteps);
    assign(cell, number);
  }

  private double tryStars(Cell cell, int number, double targetGap, int maxSteps) {
    stars.devices = number;
    int at = 0;
    for (int k = 0; k < number; k++) {
      stars.offset[k] = at;
      at += size[k] + 1;
      stars.speed[k] = size[k] * cell.speed[0];
      stars.inverse[k] = 1 / stars.speed[k];
      stars.base[k] = cell.base[0];
    }
    stars.offset[number] = at;
    stars.slots = at;
    stars.setExperts(cell.experts);
    double largest = replication.run(stars);
    packing.run(stars, largest);
    swaps.run(stars, stars.ideal * (1 + targetGap), Math.min(SWAPS, maxSteps));
    return stars.makespan();
  }

  private void assign(Cell cell, int number) {
    cell.clearPlacement();
    Arrays.fill(cell.count, 0, cell.experts, 1);
    int d = 0;
    for (int k = 0; k < number; k++) {
      int centre = stars.offset[k];
      for (int s = centre + 1; s < stars.offset[k + 1]; s++) {
        if (stars.slotLoad[s] > stars.slotLoad[centre]) {
          centre = s;
        }
      }
      int e = stars.slotExpert[centre];
      cell.count[e] = size[k];
      for (int s = stars.offset[k]; s < stars.offset[k + 1]; s++) {
        if (s != centre) {
          cell.slotExpert[2 * d] = e;
          cell.slotExpert[2 * d + 1] = stars.slotExpert[s];
          cell.flip(d, e);
          cell.flip(d, stars.slotExpert[s]);
          d++;
        }
      }
    }
    cell.refresh();
  }
}
