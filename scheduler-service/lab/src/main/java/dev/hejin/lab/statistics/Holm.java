package dev.hejin.lab.statistics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's correction for several differences that are looked at together: the chance that any of the
 * true zeros is called a difference stays below the level.
 *
 * <p>The smallest of m p is multiplied by m, the next by m - 1, and so on; none falls below the one
 * before it. Example: 0.01, 0.04, 0.03 become 0.03, 0.06, 0.06. Source: S. Holm, A simple
 * sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979).
 */
public final class Holm {
  private Holm() {}

  /** The adjusted p, in the order given. NaN stays NaN and does not count. */
  public static double[] adjusted(double... p) {
    List<Integer> order =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .toList();
    double[] adjusted = p.clone();
    double least = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      int i = order.get(rank);
      least = Math.max(least, Math.min(1, p[i] * (order.size() - rank)));
      adjusted[i] = least;
    }
    return adjusted;
  }
}
