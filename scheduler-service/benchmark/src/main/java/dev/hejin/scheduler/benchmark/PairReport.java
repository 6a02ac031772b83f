package dev.hejin.scheduler.benchmark;

import dev.hejin.scheduler.balance.BalanceOptions;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.Balancer;
import dev.hejin.scheduler.balance.PairBound;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How near placements with an even split come to the optimum where every device has two slots: the
 * general bound is loose there, {@link PairBound} is not.
 */
final class PairReport {
  private PairReport() {}

  /**
   * Prints a table.
   *
   * @param recorded folder with recorded loads, or null
   */
  static void print(@Nullable Path recorded) throws IOException {
    System.out.printf(
        "%n### Two slots a device, even split: balance and what no placement exceeds%n%n"
            + "| pool | loads | balance | general bound | bound by pairing | gap at most |%n"
            + "|---|---|---|---|---|---|%n");
    double[][] zipf = SyntheticLoads.zipf(BalanceReport.LAYERS, BalanceReport.EXPERTS, 0.6, 2);
    double[][] logn = SyntheticLoads.lognormal(BalanceReport.LAYERS, BalanceReport.EXPERTS, 1, 3);
    for (BalanceShape shape : List.of(BalanceShape.E144g, BalanceShape.E160g)) {
      row(shape, "zipf 0.6", zipf);
      row(shape, "lognormal 1", logn);
      if (recorded != null) {
        for (Path file : LoadFiles.files(recorded, ".json")) {
          double[][] loads = LoadFiles.recorded(file);
          if (loads != null) {
            row(shape, file.getFileName().toString().replace(".json", ""), loads);
          }
        }
      }
    }
  }

  private static void row(BalanceShape shape, String name, double[][] loads) {
    BalanceProblem problem = shape.problem(loads);
    BalanceResult result = new Balancer(BalanceOptions.DEFAULT).balance(problem);
    double sum = 0;
    for (int layer = 0; layer < loads.length; layer++) {
      double ideal = result.idealSeconds()[layer];
      double least = PairBound.tokens(loads[layer], shape.devices(), result.layerSeconds()[layer]);
      sum += ideal / Math.max(least, result.boundSeconds()[layer]);
    }
    double bound = sum / loads.length;
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.4f | %.4f | %.4f | %.2f %% |%n",
        shape,
        name,
        result.balancedness(),
        result.upperBound(),
        bound,
        100 * (1 - result.balancedness() / bound));
  }
}
