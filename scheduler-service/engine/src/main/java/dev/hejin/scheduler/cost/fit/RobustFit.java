package dev.hejin.scheduler.cost.fit;

import java.util.List;

/**
 * Levenberg-Marquardt (Marquardt 1963) on logarithms, with the soft-L1 loss: a residual far above
 * {@link #SCALE} counts by its size, not its square, so that outliers of a measurement do not bend
 * the curve. Priors count as further residuals under the same loss.
 */
public final class RobustFit {
  /** Residuals, differences of logarithms, up to which a measurement counts in full. */
  public static final double SCALE = 0.12;

  private static final double PRIOR_WEIGHT = 3;
  private static final double STEP = 1e-4;
  private static final double LARGEST_CHANGE = 1.5;
  private static final int MOST_ROUNDS = 40;
  private static final double GOOD_ENOUGH = 1e-6;

  private final List<Parameter> parameters;
  private final Curve curve;
  private final int measurements;

  /** A curve and its measurements. */
  @FunctionalInterface
  public interface Curve {
    /**
     * @param values of the parameters
     * @param into takes log(predicted / measured) of every measurement
     */
    void residuals(ParameterValues values, double[] into);
  }

  private RobustFit(List<Parameter> parameters, Curve curve, int measurements) {
    this.parameters = List.copyOf(parameters);
    this.curve = curve;
    this.measurements = measurements;
  }

  /** Fits the parameters of a curve; without measurements the priors come back. */
  public static ParameterValues fit(List<Parameter> parameters, int measurements, Curve curve) {
    if (measurements == 0) {
      return ParameterValues.priors(parameters);
    }
    RobustFit fit = new RobustFit(parameters, curve, measurements);
    return ParameterValues.ofLogarithms(parameters, fit.run());
  }

  private double[] run() {
    int n = parameters.size();
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = Math.log(parameters.get(i).prior());
    }
    double[] residuals = residuals(x);
    double cost = cost(residuals);
    double damping = 1e-2;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double[][] system = normal(x, residuals);
      boolean better = false;
      double gain = 0;
      for (int attempt = 0; attempt < 8 && !better; attempt++) {
        double[] next = step(x, system, damping);
        double[] tried = residuals(next);
        double triedCost = cost(tried);
        if (triedCost < cost) {
          gain = (cost - triedCost) / cost;
          x = next;
          residuals = tried;
          cost = triedCost;
          damping = Math.max(damping / 5, 1e-9);
          better = true;
        } else {
          damping *= 6;
        }
      }
      if (!better || gain < GOOD_ENOUGH) {
        break;
      }
    }
    return x;
  }

  /** Residuals of the measurements, then of the priors. */
  private double[] residuals(double[] x) {
    double[] all = new double[measurements + x.length];
    curve.residuals(ParameterValues.ofLogarithms(parameters, x), all);
    for (int i = 0; i < x.length; i++) {
      Parameter p = parameters.get(i);
      all[measurements + i] = PRIOR_WEIGHT * (x[i] - Math.log(p.prior())) / p.spread();
    }
    return all;
  }

  private static double cost(double[] residuals) {
    double sum = 0;
    for (double r : residuals) {
      double z = r / SCALE;
      sum += 2 * (Math.sqrt(1 + z * z) - 1);
    }
    return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }

  /** J'WJ in the first columns and J'Wr in the last. */
  private double[][] normal(double[] x, double[] residuals) {
    int n = x.length;
    int m = residuals.length;
    double[][] jacobian = new double[n][];
    for (int i = 0; i < n; i++) {
      double[] moved = x.clone();
      moved[i] += STEP;
      double[] column = residuals(moved);
      for (int k = 0; k < m; k++) {
        column[k] = (column[k] - residuals[k]) / STEP;
      }
      jacobian[i] = column;
    }
    double[] weight = new double[m];
    for (int k = 0; k < m; k++) {
      double z = residuals[k] / SCALE;
      weight[k] = 1 / Math.sqrt(1 + z * z);
    }
    double[][] system = new double[n][n + 1];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = 0; k < m; k++) {
          sum += jacobian[i][k] * weight[k] * jacobian[j][k];
        }
        system[i][j] = sum;
        system[j][i] = sum;
      }
      for (int k = 0; k < m; k++) {
        system[i][n] += jacobian[i][k] * weight[k] * residuals[k];
      }
    }
    return system;
  }

  private static double[] step(double[] x, double[][] system, double damping) {
    int n = x.length;
    double[][] a = new double[n][];
    for (int i = 0; i < n; i++) {
      a[i] = system[i].clone();
      a[i][i] += damping * system[i][i] + 1e-12;
      a[i][n] = -a[i][n];
    }
    double[] change = solve(a);
    double[] next = x.clone();
    for (int i = 0; i < n; i++) {
      next[i] += Math.clamp(change[i], -LARGEST_CHANGE, LARGEST_CHANGE);
    }
    return next;
  }

  /** Gaussian elimination with row pivoting; the last column is the right-hand side. */
  private static double[] solve(double[][] a) {
    int n = a.length;
    for (int i = 0; i < n; i++) {
      int pivot = i;
      for (int r = i + 1; r < n; r++) {
        if (Math.abs(a[r][i]) > Math.abs(a[pivot][i])) {
          pivot = r;
        }
      }
      double[] swap = a[i];
      a[i] = a[pivot];
      a[pivot] = swap;
      for (int r = i + 1; r < n; r++) {
        double factor = a[i][i] == 0 ? 0 : a[r][i] / a[i][i];
        for (int c = i; c <= n; c++) {
          a[r][c] -= factor * a[i][c];
        }
      }
    }
    double[] solution = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      double sum = a[i][n];
      for (int c = i + 1; c < n; c++) {
        sum -= a[i][c] * solution[c];
      }
      solution[i] = a[i][i] == 0 ? 0 : sum / a[i][i];
    }
    return solution;
  }
}
