package dev.hejin.agent.app.measure;

/** a = b + s c over arrays that no cache holds. */
final class Triad implements Runnable {
  private final double[] a;
  private final double[] b;
  private final double[] c;

  Triad(int elements) {
    a = new double[elements];
    b = new double[elements];
    c = new double[elements];
    for (int i = 0; i < elements; i++) {
      b[i] = i;
      c[i] = 2.0 * i;
    }
  }

  @Override
  public void run() {
    add(a, b, c, 3.0);
  }

  private static void add(double[] a, double[] b, double[] c, double scale) {
    for (int i = 0; i < a.length; i++) {
      a[i] = b[i] + scale * c[i];
    }
  }

  double element(int index) {
    return a[index];
  }
}
