package dev.hejin.agent.app.measure;

/**
 * C += A B for matrices that fit a core's second cache, four rows of C and four columns of A at
 * once: the inner loop runs over a row, without branches, so that the compiler vectorises it.
 */
final class BlockedProduct implements Runnable {
  private static final int ROWS = 64;
  private static final int INNER = 256;
  private static final int COLUMNS = 512;

  /** Of one run; a multiply-add counts two. */
  static final double OPERATIONS = 2.0 * ROWS * INNER * COLUMNS;

  private final boolean narrow;
  private final float[] a = new float[ROWS * INNER];
  private final float[][] b = new float[INNER][COLUMNS];
  private final short[][] narrowB = new short[INNER][COLUMNS];
  private final float[][] c = new float[ROWS][COLUMNS];

  /**
   * @param narrow true: B is in BF16 and is widened row by row
   */
  BlockedProduct(boolean narrow) {
    this.narrow = narrow;
    for (int i = 0; i < a.length; i++) {
      a[i] = (i % 17 - 8) * 0.01f;
    }
    for (int k = 0; k < INNER; k++) {
      for (int j = 0; j < COLUMNS; j++) {
        b[k][j] = ((k + j) % 13 - 6) * 0.02f;
        narrowB[k][j] = (short) (Float.floatToRawIntBits(b[k][j]) >>> 16);
      }
    }
  }

  @Override
  public void run() {
    for (int k = 0; k < INNER; k += 4) {
      if (narrow) {
        for (int row = k; row < k + 4; row++) {
          widen(narrowB[row], b[row]);
        }
      }
      for (int i = 0; i < ROWS; i++) {
        int at = i * INNER + k;
        multiply(c[i], b[k], b[k + 1], b[k + 2], b[k + 3], a, at);
      }
    }
  }

  /** One element, so that nothing of the work can be left out. */
  float element(int row, int column) {
    return c[row][column];
  }

  private static void widen(short[] from, float[] to) {
    for (int j = 0; j < COLUMNS; j++) {
      to[j] = Float.intBitsToFloat(from[j] << 16);
    }
  }

  private static void multiply(
      float[] c, float[] b0, float[] b1, float[] b2, float[] b3, float[] a, int at) {
    float a0 = a[at];
    float a1 = a[at + 1];
    float a2 = a[at + 2];
    float a3 = a[at + 3];
    for (int j = 0; j < COLUMNS; j++) {
      c[j] =
          Math.fma(a0, b0[j], Math.fma(a1, b1[j], Math.fma(a2, b2[j], Math.fma(a3, b3[j], c[j]))));
    }
  }
}
