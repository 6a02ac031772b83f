package dev.hejin.scheduler.balance;

import org.jspecify.annotations.Nullable;

/**
 * Places the experts of a layer whose slots may stay empty, with computed shares: replicas cost
 * their device a fixed time, so that fewer may be better.
 *
 * <p>Method, afresh: for some numbers of replicas the slots in use are sized ({@link SlotSizing})
 * and the full problem is solved ({@link CellSolver}); the best one is improved by {@link
 * ShareSearch}. From a placement in force: mend it ({@link Repair}), level its shares, and improve
 * it by the steps that gain most for each copy until it is within {@value #KEEP_TOLERANCE} of a
 * fresh placement (or of the bound, which is cheaper to have); only where that fails, and copies
 * are not limited, the fresh one is taken. Where the problem says to mend, no fresh one is made:
 * the measure is what the replicas that there are could reach. A step must take {@link
 * ShareSearch#LEAST_GAIN} off the slowest device, which is what a copy is worth.
 */
final class OpenSolver {
  /** How much slower than a fresh placement a kept one may be. */
  static final double KEEP_TOLERANCE = 0.03;

  private static final int[] QUARTERS = {4, 2, 1, 0};
  private static final double GOOD = 1e-3;
  private static final int ROUNDS = 6;
  private static final int STEPS = 48;

  private final BalanceProblem problem;
  private final Cell cell;
  private final CellSolver solver;
  private final int[][] sizes;
  private final double[] estimate;
  private final boolean free;
  private double bound;

  OpenSolver(BalanceProblem problem, BalanceOptions options) {
    this.problem = problem;
    cell = new Cell(problem.experts(), problem.devices(), problem.replicas());
    solver = new CellSolver(problem, options, problem.replicas());
    sizes = new int[QUARTERS.length][problem.devices()];
    estimate = new double[QUARTERS.length];
    boolean none = true;
    for (int d = 0; d < problem.devices(); d++) {
      none &= problem.fixedSeconds(d) == 0;
    }
    free = none;
  }

  /** No placement takes less, for the weights solved last, in seconds. */
  double boundSeconds() {
    return bound;
  }

  /** What a previous row needs: copies without choice, and its excess time over the bound. */
  void survey(double[] weight, int[] previous, int layer, MoveBudget budget) {
    Residence kept = new Residence(problem, weight);
    int copies = Repair.take(kept, problem, previous);
    kept.levelAll(2);
    double ideal = AffineBound.seconds(problem, weight);
    budget.need(layer, copies, ideal > 0 ? kept.makespan() / ideal - 1 : 0);
  }

  /**
   * Solves a layer.
   *
   * @param previous row of slots, empty ones negative; null: none
   * @param budget most copies; negative: no limit
   */
  Residence solve(double[] weight, int @Nullable [] previous, int budget) {
    bound = AffineBound.seconds(problem, weight);
    if (previous == null) {
      return anew(weight);
    }
    Residence kept = new Residence(problem, weight);
    int forced = Repair.take(kept, problem, previous);
    if (problem.mends()) {
      return mended(kept, forced, budget);
    }
    kept.levelAll(ROUNDS);
    kept.dropIdle();
    double enough = bound * (1 + KEEP_TOLERANCE);
    if (kept.makespan() <= enough) {
      return kept;
    }
    Residence fresh = budget < 0 ? anew(weight) : null;
    if (fresh != null) {
      enough = fresh.makespan() * (1 + KEEP_TOLERANCE);
    }
    int limit = budget < 0 ? Integer.MAX_VALUE : budget - forced;
    ShareSearch.run(kept, STEPS, enough, limit, ShareSearch.LEAST_GAIN);
    kept.levelAll(ROUNDS);
    return fresh == null || kept.makespan() <= enough ? kept : fresh;
  }

  private Residence mended(Residence kept, int forced, int budget) {
    int limit = budget < 0 ? Integer.MAX_VALUE : budget - forced;
    limit -= Repair.replace(kept, Math.min(limit, problem.lost() - forced));
    kept.levelAll(ROUNDS);
    kept.dropIdle();
    double enough = Math.max(bound, Math.max(kept.meanSeconds(), kept.aloneSeconds()));
    enough *= 1 + KEEP_TOLERANCE;
    ShareSearch.run(kept, Balancer.MENDING_STEPS, enough, limit, ShareSearch.LEAST_GAIN);
    kept.levelAll(ROUNDS);
    return kept;
  }

  private Residence anew(double[] weight) {
    return problem.chance().counts() ? uneven(weight) : fresh(weight);
  }

  /** Afresh for uneven batches: every size is solved, because none bounds what chance adds. */
  private Residence uneven(double[] weight) {
    System.arraycopy(weight, 0, cell.weight, 0, weight.length);
    estimate();
    Residence best = null;
    for (int k = 0; k < QUARTERS.length; k++) {
      if (Double.isInfinite(estimate[k])) {
        continue;
      }
      enter(k);
      solver.solve(cell, problem.chance());
      Residence made = residence(weight);
      if (best == null || made.makespan() < best.makespan()) {
        best = made;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no size fits " + weight.length + " experts");
    }
    best.levelAll(ROUNDS);
    best.dropIdle();
    double goal = best.meanSeconds() * (1 + GOOD);
    ShareSearch.run(best, STEPS, goal, Integer.MAX_VALUE, ShareSearch.LEAST_GAIN);
    best.levelAll(ROUNDS);
    best.dropIdle();
    return best;
  }

  private Residence fresh(double[] weight) {
    System.arraycopy(weight, 0, cell.weight, 0, weight.length);
    estimate();
    Residence best = null;
    double goal = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int turn = 0; turn < QUARTERS.length; turn++) {
      int next = 0;
      for (int k = 1; k < QUARTERS.length; k++) {
        next = estimate[k] < estimate[next] ? k : next;
      }
      if (estimate[next] >= least * (1 - GOOD)) {
        break;
      }
      enter(next);
      solver.solve(cell);
      if (cell.makespan() < least) {
        least = cell.makespan();
        goal = Math.max(estimate[next], bound) * (1 + GOOD);
        best = residence(weight);
      }
      estimate[next] = Double.POSITIVE_INFINITY;
    }
    if (best == null) {
      throw new IllegalStateException("no size fits " + weight.length + " experts");
    }
    best.dropIdle();
    if (best.makespan() > goal) {
      ShareSearch.run(best, STEPS, goal, Integer.MAX_VALUE, ShareSearch.LEAST_GAIN);
      best.levelAll(ROUNDS);
      best.dropIdle();
    }
    return best;
  }

  /** What each number of replicas may reach at best; without fixed times more is never worse. */
  private void estimate() {
    int extra = problem.replicas() - problem.experts();
    for (int k = 0; k < QUARTERS.length; k++) {
      boolean same = k > 0 && extra * QUARTERS[k] / 4 == extra * QUARTERS[k - 1] / 4;
      if (k > 0 && (free || same)) {
        estimate[k] = Double.POSITIVE_INFINITY;
        continue;
      }
      double tokens = 0;
      for (int e = 0; e < problem.experts(); e++) {
        tokens += cell.weight[e];
      }
      SlotSizing.run(problem, tokens, problem.experts() + extra * QUARTERS[k] / 4, sizes[k]);
      enter(k);
      estimate[k] = solver.estimate(cell);
      if (k == 0) {
        bound = Math.max(bound, solver.aloneSeconds(problem, cell));
      }
    }
  }

  private void enter(int k) {
    cell.setSizes(problem, sizes[k]);
    cell.setExperts(problem.experts());
  }

  private Residence residence(double[] weight) {
    Residence into = new Residence(problem, weight);
    into.take(cell);
    return into;
  }
}
