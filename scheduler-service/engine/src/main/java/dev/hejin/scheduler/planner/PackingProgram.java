package dev.hejin.scheduler.planner;

import java.util.Arrays;

/**
 * Solves small linear programs {@code max c x, A x <= b, x >= 0} with b of positive entries: the
 * primal simplex on a dense tableau (Dantzig 1951), largest reduced cost first, after a while the
 * first one (Bland 1977) so that it ends. A dozen rows and a few hundred columns; a solver library
 * would be the larger part, and nothing that is proved rests on these numbers: any prices give a
 * valid bound.
 *
 * @param x of each column
 * @param price of each row: what one more unit of b is worth
 * @param value of the objective
 */
record PackingProgram(double[] x, double[] price, double value) {
  private static final double ZERO = 1e-10;
  private static final int STEPS = 2000;

  /**
   * Solves.
   *
   * @param gain c
   * @param use A, columns first: {@code use[column][row]}
   * @param limit b
   */
  static PackingProgram solve(double[] gain, double[][] use, double[] limit) {
    int rows = limit.length;
    int columns = gain.length;
    double largest = Math.max(ZERO, Arrays.stream(gain).max().orElse(0));
    double[][] t = new double[rows + 1][columns + rows + 1];
    int[] basis = new int[rows];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        t[r][c] = use[c][r] / limit[r];
      }
      t[r][columns + r] = 1;
      t[r][columns + rows] = 1;
      basis[r] = columns + r;
    }
    for (int c = 0; c < columns; c++) {
      t[rows][c] = -gain[c] / largest;
    }
    for (int step = 0; step < STEPS; step++) {
      int column = entering(t[rows], columns + rows, step > STEPS / 2);
      int row = column < 0 ? -1 : leaving(t, basis, column, columns + rows);
      if (row < 0) {
        break;
      }
      pivot(t, row, column);
      basis[row] = column;
    }
    double[] x = new double[columns];
    double[] price = new double[rows];
    for (int r = 0; r < rows; r++) {
      if (basis[r] < columns) {
        x[basis[r]] = Math.max(0, t[r][columns + rows]);
      }
      price[r] = Math.max(0, t[rows][columns + r]) * largest / limit[r];
    }
    return new PackingProgram(x, price, t[rows][columns + rows] * largest);
  }

  private static int entering(double[] reduced, int columns, boolean first) {
    int best = -1;
    for (int c = 0; c < columns; c++) {
      if (reduced[c] < -ZERO && (best < 0 || (!first && reduced[c] < reduced[best]))) {
        best = c;
      }
    }
    return best;
  }

  private static int leaving(double[][] t, int[] basis, int column, int right) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int r = 0; r < basis.length; r++) {
      if (t[r][column] > ZERO) {
        double ratio = t[r][right] / t[r][column];
        if (ratio < least - ZERO || (ratio < least + ZERO && best >= 0 && basis[r] < basis[best])) {
          best = r;
          least = ratio;
        }
      }
    }
    return best;
  }

  private static void pivot(double[][] t, int row, int column) {
    double[] by = t[row];
    double value = by[column];
    for (int c = 0; c < by.length; c++) {
      by[c] /= value;
    }
    for (int r = 0; r < t.length; r++) {
      double factor = t[r][column];
      if (r != row && factor != 0) {
        for (int c = 0; c < by.length; c++) {
          t[r][c] -= factor * by[c];
        }
      }
    }
  }
}
