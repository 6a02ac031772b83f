package dev.hejin.scheduler.balance;

import org.jspecify.annotations.Nullable;

/** Solves one cell: replicas, packing, exchanges. */
final class CellSolver {
  private static final int ALL = Integer.MAX_VALUE;

  /** Gaps under this are not worth a search over counts. */
  private static final double WORTHWHILE = 2e-3;

  /** Without a limit on copies, gaps under this are left: the next window differs by more. */
  private static final double NOT_WORTH_A_COPY = 5e-3;

  private static final int IMPROVEMENTS = 100;
  private static final double LEAST_IMPROVEMENT = 1e-5;
  private static final int ROUNDS = 4;

  private final BalanceOptions options;
  private final Replication replication;
  private final Packing packing;
  private final SwapSearch swaps;
  private final PairSearch pairs;
  private final ReplicaSearch replicas;
  private final CountSearch counts;
  private final WaterFilling water;
  private final StarSearch stars;
  private final int[] keptCount;
  private final int[] keptSlots;
  private final double[] certain;
  private double bound;

  CellSolver(BalanceProblem problem, BalanceOptions options) {
    this(problem, options, problem.totalSlots());
  }

  CellSolver(BalanceProblem problem, BalanceOptions options, int maxSlots) {
    this.options = options;
    replication = new Replication(problem.experts());
    packing = new Packing(problem.experts(), problem.devices());
    swaps = new SwapSearch(problem.devices());
    pairs = new PairSearch(problem.experts());
    counts = new CountSearch(packing, swaps, problem.experts(), maxSlots);
    replicas = new ReplicaSearch(problem.experts(), problem.devices(), 2);
    water = new WaterFilling(problem.experts(), maxSlots);
    stars = new StarSearch(problem.experts(), problem.devices());
    keptCount = new int[problem.experts()];
    keptSlots = new int[maxSlots];
    certain = new double[problem.experts()];
  }

  /**
   * No placement of the cell takes less, in seconds, under the loads that it holds now; {@code
   * replanned}: these are not the loads it was solved for.
   */
  double boundSeconds(Cell cell, boolean replanned) {
    if (!replanned) {
      return bound;
    }
    System.arraycopy(cell.count, 0, keptCount, 0, cell.experts);
    double least = Math.max(cell.ideal, alone(cell, replication.run(cell)));
    System.arraycopy(keptCount, 0, cell.count, 0, cell.experts);
    return least;
  }

  /** What the slots in use may reach at best; leaves replica counts and shares in the cell. */
  double estimate(Cell cell) {
    return Math.max(alone(cell, replication.run(cell)), cell.ideal);
  }

  /** The least time of a device that holds nothing but the largest replica in the cell. */
  double aloneSeconds(BalanceProblem problem, Cell cell) {
    double largest = 0;
    for (int e = 0; e < cell.experts; e++) {
      largest = Math.max(largest, cell.share[e]);
    }
    double least = Double.POSITIVE_INFINITY;
    for (int d = 0; d < cell.devices; d++) {
      if (problem.slots(d) > 0) {
        least = Math.min(least, cell.fixed[d] + largest * cell.inverse[d]);
      }
    }
    return largest > 0 ? least : 0;
  }

  /** No placement takes less where replicas without tokens cost nothing, in seconds. */
  double chargedBoundSeconds(BalanceProblem problem, Cell cell) {
    System.arraycopy(cell.count, 0, keptCount, 0, cell.experts);
    replication.run(cell);
    double least = aloneSeconds(problem, cell);
    System.arraycopy(keptCount, 0, cell.count, 0, cell.experts);
    return least;
  }

  /** Places all experts afresh. */
  void solve(Cell cell) {
    double largest = replication.run(cell);
    double target = aim(cell, largest);
    packing.run(cell, largest);
    swaps.run(cell, target, options.maxSteps());
    if (cell.makespan() > target && options.maxSteps() > 0 && !divided(cell, target)) {
      if (PairSearch.fits(cell)) {
        improvePairs(cell);
      } else if (cell.makespan() > target + WORTHWHILE * cell.ideal) {
        improve(cell, target);
      }
    }
    divide(cell);
    if (options.split() == Split.WEIGHTED) {
      if (StarSearch.fits(cell)) {
        improveStars(cell);
      } else if (cell.makespan() > target * (1 + WORTHWHILE) && options.maxSteps() > 0) {
        improveShares(cell, target);
      }
    }
  }

  /**
   * Places all experts afresh for uneven batches: as {@link #solve(Cell)} without its searches over
   * counts, with replicas as heavy as they are felt. Shares are even.
   */
  void solve(Cell cell, Chance chance) {
    replication.run(cell);
    double squares = 0;
    for (int e = 0; e < cell.experts; e++) {
      certain[e] = cell.weight[e];
      squares += cell.weight[e] * cell.share[e];
    }
    double each = 1.0 / cell.devices;
    double deviation = Math.sqrt((cell.total + chance.clumping() * squares) * each);
    double largest = 0;
    for (int e = 0; e < cell.experts; e++) {
      if (deviation > 0) {
        cell.share[e] = chance.alone(cell.share[e], deviation);
      }
      cell.weight[e] = cell.share[e] * cell.count[e];
      largest = Math.max(largest, cell.share[e]);
    }
    cell.setExperts(cell.experts);
    packing.run(cell, largest);
    swaps.run(cell, cell.ideal * (1 + options.targetGap()), options.maxSteps());
    System.arraycopy(certain, 0, cell.weight, 0, cell.experts);
    cell.setExperts(cell.experts);
    cell.refresh();
  }

  private void improveShares(Cell cell, double target) {
    double before = cell.makespan();
    Residence better = new Residence(cell);
    int steps = Math.min(options.maxSteps(), IMPROVEMENTS);
    ShareSearch.run(better, steps, target, ALL, LEAST_IMPROVEMENT);
    better.levelAll(ROUNDS);
    if (better.makespan() < before) {
      better.give(cell);
    }
  }

  /** Whether weighted shares reach the target without a search over replicas. */
  private boolean divided(Cell cell, double target) {
    if (options.split() == Split.EVEN) {
      return false;
    }
    divide(cell);
    boolean enough = cell.makespan() <= target;
    cell.refresh();
    return enough;
  }

  private void improveStars(Cell cell) {
    double before = cell.makespan();
    if (before <= cell.ideal * (1 + options.targetGap()) || options.maxSteps() == 0) {
      return;
    }
    keep(cell);
    stars.run(cell, options.targetGap(), options.maxSteps());
    divide(cell);
    if (cell.makespan() > before) {
      giveBack(cell);
      divide(cell);
    }
  }

  /**
   * The time at which the search may stop. The bound holds for a weighted split as well: some
   * replica takes at least the mean of its expert's replicas.
   */
  private double aim(Cell cell, double largestShare) {
    bound = Math.max(alone(cell, largestShare), cell.ideal);
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
  int amend(
      Cell cell,
      double @Nullable [] later,
      int[] old,
      int firstSlot,
      int budget,
      boolean unlimited) {
    double target = aim(cell, replication.run(cell));
    if (cell.ideal <= 0) {
      target = Double.POSITIVE_INFINITY;
    }
    if (unlimited) {
      target = Math.max(target, cell.ideal * (1 + NOT_WORTH_A_COPY));
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
    int steps = Math.min(options.maxSteps(), IMPROVEMENTS);
    for (int round = 0; round < ROUNDS; round++) {
      replicas.run(cell, target, ALL, steps);
      swaps.run(cell, target, options.maxSteps());
      double now = cell.makespan();
      if (now > before * (1 - 1e-4)) {
        break;
      }
      keep(cell);
      before = now;
      if (now <= target) {
        return;
      }
    }
    if (cell.makespan() > before) {
      giveBack(cell);
    }
    if (cell.makespan() > target + WORTHWHILE * cell.ideal) {
      counts.run(cell, target);
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

  /**
   * No placement takes less in a layer whose groups are bound to nodes: wherever a group goes, it
   * gets its experts' slots and at most what the largest node has beyond one slot for each expert.
   */
  double groupBound(Cell scratch, BalanceProblem problem, int layer) {
    int size = problem.experts() / problem.groups();
    int perNode = problem.devices() / problem.nodes();
    double fastest = 0;
    int most = 0;
    for (int n = 0; n < problem.nodes(); n++) {
      scratch.setDevices(problem, n * perNode, perNode);
      most = Math.max(most, scratch.slots);
      for (int d = 0; d < perNode; d++) {
        fastest = Math.max(fastest, scratch.speed[d]);
      }
    }
    double largest = 0;
    for (int g = 0; g < problem.groups(); g++) {
      System.arraycopy(problem.weights(layer), g * size, scratch.weight, 0, size);
      scratch.setExperts(size);
      scratch.slots = size + most - problem.experts() / problem.nodes();
      largest = Math.max(largest, replication.run(scratch));
    }
    return largest / fastest;
  }

  /** The least time of a device that holds a replica of some tokens. */
  private static double alone(Cell cell, double tokens) {
    double least = Double.POSITIVE_INFINITY;
    for (int d = 0; d < cell.devices; d++) {
      if (cell.offset[d + 1] > cell.offset[d]) {
        least = Math.min(least, cell.base[d] + tokens * cell.inverse[d]);
      }
    }
    return least;
  }
}
