package dev.hejin.scheduler.flow;

import java.util.Arrays;

/**
 * A measured time as a function of size: straight lines between points, the last line carried on.
 * Not negative, never asked below the first point.
 */
public final class Curve {
  private final double[] sizes;
  private final double[] seconds;

  /**
   * A curve through points.
   *
   * @param sizes ascending, at least two
   * @param seconds at these sizes; finite, not negative
   */
  public Curve(String field, double[] sizes, double[] seconds) {
    if (sizes.length != seconds.length || sizes.length < 2) {
      throw new InvalidStageProblemException(
          field, sizes.length + " points", "a curve needs two", "give the time at several sizes");
    }
    for (int i = 0; i < sizes.length; i++) {
      if (!(seconds[i] >= 0 && seconds[i] < Double.POSITIVE_INFINITY)) {
        throw new InvalidStageProblemException(
            field + "[" + sizes[i] + "]",
            seconds[i],
            "a time is a finite number from 0 up",
            "measure it again");
      }
      if (i > 0 && !(sizes[i] > sizes[i - 1])) {
        throw new InvalidStageProblemException(
            field, sizes[i], "sizes do not rise", "sort the points and drop doubles");
      }
    }
    this.sizes = sizes.clone();
    this.seconds = seconds.clone();
  }

  /** Seconds at a size. */
  public double at(double size) {
    int found = Arrays.binarySearch(sizes, size);
    if (found >= 0) {
      return seconds[found];
    }
    int right = Math.min(Math.max(-found - 1, 1), sizes.length - 1);
    double share = (size - sizes[right - 1]) / (sizes[right] - sizes[right - 1]);
    return Math.max(0, seconds[right - 1] + share * (seconds[right] - seconds[right - 1]));
  }
}
