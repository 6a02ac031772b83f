package dev.hejin.lab.chance;

import java.util.SplittableRandom;

/**
 * Standard normal deviates from a table: a loop that needs many takes neighbours from a place drawn
 * anew each time. 131,072 entries, made from a fixed seed; the largest is 4.5. Places overlap by
 * chance in one of some hundred draws of some hundred deviates, which no figure here can feel.
 */
public final class Normals {
  /** Entries; a power of two. */
  public static final int SIZE = 1 << 17;

  /** Entries beyond the size that repeat the first ones, so that a loop need not wrap. */
  public static final int SPARE = 1 << 13;

  private static final float[] TABLE = make();

  private Normals() {}

  private static float[] make() {
    SplittableRandom random = new SplittableRandom(20_260_501);
    float[] table = new float[SIZE + SPARE];
    for (int i = 0; i < SIZE; i++) {
      table[i] = (float) random.nextGaussian();
    }
    System.arraycopy(table, 0, table, SIZE, SPARE);
    return table;
  }

  /** The table: nobody writes to it. */
  public static float[] table() {
    return TABLE;
  }

  /** A place from which {@link #SPARE} entries can be read. */
  public static int place(SplittableRandom random) {
    return (int) (random.nextLong() >>> 47);
  }
}
