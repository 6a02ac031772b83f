package dev.hejin.scheduler.balance;

import org.jspecify.annotations.Nullable;

/** Solves one cell: replicas, packing, exchanges. */
final class CellSolver {
  private static final int ALL = Integer.MAX_VALUE;

  /** Gaps under this are not worth a search over counts. */
  private static final double WORTHWHILE = 2e-3;

  private final BalanceOptions options;
  private final Replication replication;
  private final Packing packing;
  private final SwapSearch swaps;
  private final PairSearch pairs;
  private final ReplicaSearch replicas;
  private final WaterFilling water;
  private final int[] keptCount;
  private final int[] keptSlots;

  CellSolver(BalanceProblem problem, BalanceOptions options) {
    this.options = options;
    replication = new Replication(problem.experts());
    packing = new Packing(problem.experts(), problem.devices());
    swaps = new SwapSearch(problem.devices());
    pairs = new PairSearch(problem.experts());
    replicas = new ReplicaSearch(problem.experts(), problem.devices(), 2);
    water = new WaterFilling(problem.experts(), problem.totalSlots());
    keptCount = new int[problem.experts()];
    keptSlots = new int[problem.totalSlots()];
  }

  /** No placement of the cell takes less, in seconds, under the loads that it holds now. */
  double boundSeconds(Cell cell) {
    if (options.split() == Split.WEIGHTED) {
      return cell.ideal;
    }
    System.arraycopy(cell.count, 0, keptCount, 0, cell.experts);
    replication.run(cell);
    double least = Math.max(cell.ideal, largestReplica(cell));
    System.arraycopy(keptCount, 0, cell.count, 0, cell.experts);
    return least;
  }

  /** Places all experts afresh. */
  void solve(Cell cell) {
    replication.run(cell);
    double target = aim(cell);
    packing.run(cell);
    swaps.run(cell, target, options.maxSteps());
    if (cell.makespan() > target && options.maxSteps() > 0) {
      if (PairSearch.fits(cell)) {
        improvePairs(cell);
      } else if (cell.makespan() > target + WORTHWHILE * cell.ideal) {
        improve(cell, target);
      }
    }
    divide(cell);
  }

  /** Sets bound and target, and leaves the counts of the cell as they are. */
  private double aim(Cell cell) {
    double bound = options.split() == Split.EVEN ? largestReplica(cell) : 0;
    return Math.max(bound, cell.ideal * (1 + options.targetGap()));
  }

  private void divide(Cell cell) {
    if (options.split() == Split.WEIGHTED) {
      water.run(cell, cell.ideal * (1 + 0.1 * options.targetGap()));
    }
  }

  /**
   * Repairs the placement in force with at most {@code budget} copies. Returns the copies spent.
   */
  int amend(Cell cell, double @Nullable [] later, int[] old, int firstSlot, int budget) {
    replication.run(cell);
    double target = aim(cell);
    if (cell.ideal <= 0) {
      target = Double.POSITIVE_INFINITY;
    }
    int forced = Inheritance.take(cell, old, firstSlot);
    cell.refresh();
    replicas.remember(cell);
    replicas.oneScenario();
    if (later != null) {
      System.arraycopy(later, 0, replicas.addScenario(), 0, cell.experts);
    }
    if (options.split() == Split.WEIGHTED) {
      divide(cell);
      if (cell.makespan() <= cell.ideal * (1 + WORTHWHILE)) {
        return forced;
      }
      cell.refresh();
    }
    int spent = forced;
    spent += replicas.run(cell, target, budget - forced, options.maxSteps());
    divide(cell);
    return spent;
  }

  private void improve(Cell cell, double target) {
    double before = cell.makespan();
    keep(cell);
    replicas.forget();
    replicas.oneScenario();
    for (int round = 0; round < 4; round++) {
      replicas.run(cell, target, ALL, options.maxSteps());
      swaps.run(cell, target, options.maxSteps());
      if (cell.makespan() <= target) {
        return;
      }
    }
    if (cell.makespan() > before) {
      giveBack(cell);
    }
  }

  private void improvePairs(Cell cell) {
    double before = cell.makespan();
    keep(cell);
    pairs.run(cell, options.maxSteps());
    pairs.assign(cell);
    if (cell.makespan() > before) {
      giveBack(cell);
    }
  }

  private void keep(Cell cell) {
    System.arraycopy(cell.count, 0, keptCount, 0, cell.experts);
    System.arraycopy(cell.slotExpert, 0, keptSlots, 0, cell.slots);
  }

  private void giveBack(Cell cell) {
    System.arraycopy(keptCount, 0, cell.count, 0, cell.experts);
    cell.restore(keptSlots);
  }

  private static double largestReplica(Cell cell) {
    double most = 0;
    for (int e = 0; e < cell.experts; e++) {
      most = Math.max(most, cell.weight[e] / cell.count[e]);
    }
    double least = Double.POSITIVE_INFINITY;
    for (int d = 0; d < cell.devices; d++) {
      least = Math.min(least, cell.base[d] + most * cell.inverse[d]);
    }
    return least;
  }
}
