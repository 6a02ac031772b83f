package dev.hejin.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bounds and placements against true optima (CP-SAT), and how far both are from them. The table
 * goes to standard output. Limits are what was measured with seed 4, with room for other platforms'
 * rounding, so that a search that gets worse fails.
 */
class ExactOptimumTest {
  private static final int PROBLEMS = 20;
  private static final double ROUNDING = 1e-5;

  /** A kind of small problem, and the most that placements may be off on it, as shares. */
  enum Kind {
    EQUAL("equal devices, 3 slots", 0.02, 0.005, r -> problem(r, 6, new int[] {3, 3, 3})),
    TWO_SLOTS("equal devices, 2 slots", 0.01, 0.015, r -> problem(r, 6, new int[] {2, 2, 2, 2})),
    SPEEDS(
        "speeds 1, 1 and 0.5",
        0.02,
        0.01,
        r -> problem(r, 6, new int[] {3, 3, 3}).speeds(new double[] {1, 1, 0.5})),
    SLOTS(
        "slots 4, 3, 2",
        0.01,
        0.005,
        r -> problem(r, 6, new int[] {4, 3, 2}).speeds(new double[] {1, 0.8, 0.5})),
    GROUPS(
        "6 groups on 2 nodes",
        0.08,
        0.05,
        r ->
            problem(r, 6, new int[] {2, 2, 2, 2})
                .speeds(new double[] {1, 1, 0.8, 0.8})
                .hierarchy(6, 2));

    private final String text;
    private final double evenLimit;
    private final double weightedLimit;
    private final Function<Random, BalanceProblem.Builder> make;

    Kind(
        String text,
        double evenLimit,
        double weightedLimit,
        Function<Random, BalanceProblem.Builder> make) {
      this.text = text;
      this.evenLimit = evenLimit;
      this.weightedLimit = weightedLimit;
      this.make = make;
    }
  }

  private static BalanceProblem.Builder problem(Random random, int experts, int[] slots) {
    double[][] loads = new double[1][experts];
    for (int e = 0; e < experts; e++) {
      loads[0][e] = Math.rint(100 * Math.exp(random.nextGaussian())) + 1;
    }
    return BalanceProblem.builder(loads, slots);
  }

  @BeforeAll
  static void needsTheSolver() {
    String missing = ExactOptimum.missing();
    Assumptions.assumeTrue(missing.isEmpty(), missing);
    System.out.printf(
        Locale.ROOT,
        "%-24s %-9s %8s %18s %18s%n",
        "against true optima",
        "split",
        "problems",
        "hejin mean, worst",
        "bound mean, worst");
  }

  @DisplayName("No bound is above the optimum, and placements are near it")
  @ParameterizedTest
  @EnumSource(Kind.class)
  void shouldBoundAndApproachTheOptimum(Kind kind) {
    for (Split split : Split.values()) {
      // Given
      Random random = new Random(4);
      double[] off = new double[4];
      int solved = 0;
      for (int n = 0; n < PROBLEMS; n++) {
        BalanceProblem problem = kind.make.apply(random).build();
        OptionalDouble optimum = new ExactOptimum(problem, split).seconds();
        if (optimum.isEmpty()) {
          continue;
        }

        // When
        BalanceResult result = new Balancer(BalanceOptions.DEFAULT.with(split)).balance(problem);

        // Then
        double best = optimum.getAsDouble();
        assertThat(result.layerSeconds()[0]).isGreaterThanOrEqualTo(best * (1 - ROUNDING));
        assertThat(result.boundSeconds()[0]).isLessThanOrEqualTo(best * (1 + ROUNDING));
        double over = Math.max(0, result.layerSeconds()[0] / best - 1);
        double under = Math.max(0, 1 - result.boundSeconds()[0] / best);
        off[0] += over;
        off[1] = Math.max(off[1], over);
        off[2] += under;
        off[3] = Math.max(off[3], under);
        solved++;
      }
      System.out.printf(
          Locale.ROOT,
          "%-24s %-9s %8d %8.2f %% %6.2f %% %8.2f %% %6.2f %%%n",
          kind.text,
          split.name().toLowerCase(Locale.ROOT),
          solved,
          100 * off[0] / solved,
          100 * off[1],
          100 * off[2] / solved,
          100 * off[3]);
      assertThat(solved).as("problems solved to the end").isGreaterThanOrEqualTo(PROBLEMS * 3 / 4);
      assertThat(off[0] / solved)
          .as("%s, %s", kind.text, split)
          .isLessThanOrEqualTo(split == Split.EVEN ? kind.evenLimit : kind.weightedLimit);
    }
  }
}
