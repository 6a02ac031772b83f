package dev.hejin.scheduler.flow;

/**
 * A flow that no placement exceeds.
 *
 * <p>With flow F every layer is covered by devices whose rates add up to F or more. Let u be any
 * function for which numbers that add up to 1 or more have values of u that add up to 1 or more;
 * then each layer takes 1 of u(rate / F), and a device with k layers gives at most k u(rate(k) /
 * F). So F is impossible when the sum over devices of the largest such product is less than the
 * number of layers. u(x) = min(x, 1) is the volume bound; the others know that a device just too
 * slow for F needs a second one beside it (dual feasible functions, as for bin covering; Fekete and
 * Schepers 2001 for packing):
 *
 * <ul>
 *   <li>u(x) = 1 from 1 on, else x held within [e, 1 - e], for e up to 1/2;
 *   <li>u(x) = 1 from 1 on, else (floor((m - 1) x) + 1) / m.
 * </ul>
 */
final class FlowBound {
  private static final int CLAMPS = 20;
  private static final int STEPS = 12;
  private static final int ROUNDS = 60;
  private static final double ROUNDING = 1e-12;

  private final StageProblem problem;
  private final double[] limit;

  FlowBound(StageProblem problem) {
    this.problem = problem;
    Network network = problem.network();
    limit = new double[problem.devices()];
    for (int i = 0; i < limit.length; i++) {
      limit[i] = Math.min(network.into(i), network.outOf(i));
    }
  }

  double tokensPerSecond() {
    Network network = problem.network();
    int coordinator = network.coordinator();
    double bound = Math.min(network.into(coordinator), network.outOf(coordinator));
    for (int c = 0; c <= CLAMPS; c++) {
      bound = reduced(bound, 0.5 * c / CLAMPS, 0);
    }
    for (int m = 2; m <= STEPS; m++) {
      bound = reduced(bound, 0, m);
    }
    return bound;
  }

  /** The least flow that one function refuses, or {@code bound} when it does not. */
  private double reduced(double bound, double clamp, int m) {
    if (possible(bound, clamp, m)) {
      return bound;
    }
    double low = 0;
    double high = bound;
    for (int i = 0; i < ROUNDS && high - low > ROUNDING * high; i++) {
      double middle = (low + high) / 2;
      if (possible(middle, clamp, m)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private boolean possible(double flow, double clamp, int m) {
    double sum = 0;
    for (int i = 0; i < limit.length; i++) {
      double best = 0;
      int most = Math.min(problem.kind(i).maxLayers(), problem.layers());
      for (int k = 1; k <= most; k++) {
        double x = Math.min(problem.rate(i, k), limit[i]) / flow;
        best = Math.max(best, k * value(x, clamp, m));
      }
      sum += best;
    }
    return sum >= problem.layers() * (1 - ROUNDING);
  }

  private static double value(double x, double clamp, int m) {
    if (x >= 1 - ROUNDING) {
      return 1;
    }
    if (m > 0) {
      return (Math.floor((m - 1) * x) + 1) / m;
    }
    return x > 0 ? Math.min(Math.max(x, clamp), 1 - clamp) : 0;
  }
}
