package dev.hejin.scheduler.balance;

/**
 * Divides a budget of copies over layers: first what each layer needs to be valid at all, then in
 * proportion to how far its slowest device is from the ideal. What a layer leaves over goes to
 * those after it.
 */
final class MoveBudget {
  /** Copies allowed when the caller sets no limit, as a share of all replicas. */
  private static final double FREE_SHARE = 0.02;

  /** A mean excess over this makes more copies worth their while, in proportion. */
  private static final double MUCH_EXCESS = 0.1;

  private static final double MOST_TIMES = 25;

  private final int[] forced;
  private final double[] excess;
  private final int limit;
  private final double replicas;
  private double excessLeft;
  private int left;

  MoveBudget(BalanceProblem problem) {
    forced = new int[problem.layers()];
    excess = new double[problem.layers()];
    limit = problem.maxMoves();
    replicas = (double) problem.totalSlots() * problem.layers();
  }

  /** Tells what a layer needs: copies without choice, and its excess time over the ideal. */
  void need(int layer, int copies, double excessShare) {
    forced[layer] += copies;
    excess[layer] = Math.max(excess[layer], excessShare);
  }

  /** Called when all needs are told. */
  void open() {
    int sum = 0;
    for (int l = 0; l < forced.length; l++) {
      sum += forced[l];
      excessLeft += excess[l];
    }
    if (limit >= 0 && sum > limit) {
      throw new InvalidProblemException(
          "max_moves",
          String.valueOf(limit),
          "the previous plan is not valid here and needs " + sum + " copies to become so",
          "allow at least " + sum);
    }
    double times = excessLeft / forced.length / MUCH_EXCESS;
    double free = FREE_SHARE * Math.clamp(times, 1, MOST_TIMES);
    left = Math.max(0, (limit >= 0 ? limit : (int) (free * replicas)) - sum);
  }

  /** Copies that a layer may spend, those it is forced to included. */
  int of(int layer) {
    double share = excessLeft > 0 ? Math.min(1, excess[layer] / excessLeft) : 0;
    return forced[layer] + (int) Math.min(left, Math.ceil(share * left));
  }

  /** Tells what a layer spent. */
  void spent(int layer, int copies) {
    left -= copies - forced[layer];
    excessLeft -= excess[layer];
  }
}
