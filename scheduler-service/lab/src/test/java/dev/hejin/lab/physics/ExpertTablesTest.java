package dev.hejin.lab.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.catalog.load.ExpertLoad;
import dev.hejin.catalog.load.SyntheticExpertLoad;
import dev.hejin.lab.chance.Normals;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sampled slowest device beside one where each expert's tokens are drawn for themselves. */
class ExpertTablesTest {
  private static final int EXPERTS = 256;
  private static final int EACH = 8;
  private static final int DRAWS = 4000;
  private static final ExpertTables.ExpertCost COST =
      new ExpertTables.ExpertCost(14e-6, 7e-8, 100, 1.5e-9);

  /** Experts dealt in order, hot ones with a replica on another device. */
  private record Deal(int[] device, int[] expert, double[] share) {
    static Deal of(double[] load, int devices) {
      int spare = Math.min(devices, EXPERTS);
      Integer[] byLoad = new Integer[EXPERTS];
      Arrays.setAll(byLoad, e -> e);
      Arrays.sort(byLoad, (a, b) -> Double.compare(load[b], load[a]));
      int[] device = new int[EXPERTS + spare];
      int[] expert = new int[EXPERTS + spare];
      double[] share = new double[EXPERTS + spare];
      for (int e = 0; e < EXPERTS; e++) {
        device[e] = e % devices;
        expert[e] = e;
        share[e] = load[e];
      }
      for (int i = 0; i < spare; i++) {
        int e = byLoad[i];
        share[e] = load[e] / 2;
        device[EXPERTS + i] = devices > EXPERTS ? (EXPERTS + i) % devices : (e + 1) % devices;
        expert[EXPERTS + i] = e;
        share[EXPERTS + i] = load[e] / 2;
      }
      return new Deal(device, expert, share);
    }
  }

  private static double[] load() {
    ExpertLoad load = SyntheticExpertLoad.generate(4, 3, EXPERTS, 9);
    double[] row = load.layer(3);
    double total = load.total(3);
    return Arrays.stream(row).map(tokens -> tokens / total).toArray();
  }

  private static double poisson(SplittableRandom random, double mean) {
    if (mean > 50) {
      return Math.max(0, Math.rint(mean + Math.sqrt(mean) * random.nextGaussian()));
    }
    double limit = Math.exp(-mean);
    int count = 0;
    for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  /** Mean of the slowest device when every expert gets its own random tokens. */
  private static double exact(Deal deal, int devices, double tokens, double spread, double texts) {
    SplittableRandom random = new SplittableRandom(17);
    double sum = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double[] liked = new double[EXPERTS];
      for (int e = 0; e < EXPERTS; e++) {
        liked[e] = Math.max(0, 1 + spread / Math.sqrt(texts) * random.nextGaussian());
      }
      double[] seconds = new double[devices];
      for (int slot = 0; slot < deal.device().length; slot++) {
        double mean = tokens * EACH * deal.share()[slot] * liked[deal.expert()[slot]];
        seconds[deal.device()[slot]] += COST.seconds(poisson(random, mean));
      }
      sum += Arrays.stream(seconds).max().orElseThrow();
    }
    return sum / DRAWS;
  }

  private static double tabled(Deal deal, int devices, double tokens, double spread, double texts) {
    ExpertTables tables = new ExpertTables(1, devices, 40_000);
    ExpertTables.ExpertCost[] cost = new ExpertTables.ExpertCost[devices];
    Arrays.fill(cost, COST);
    tables.set(0, deal.device(), deal.share(), cost, EACH, spread);
    float[] speed = new float[devices];
    Arrays.fill(speed, 1);
    SplittableRandom random = new SplittableRandom(18);
    int row = tables.row(tokens);
    float part = (float) tables.part(row, tokens);
    double sum = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      sum +=
          tables.slowestSeconds(0, row, part, (float) (1 / texts), 0, speed, Normals.place(random));
    }
    return sum / DRAWS;
  }

  @ParameterizedTest
  @CsvSource({
    "32, 2000, 1, 2000",
    "32, 8000, 1, 128",
    "32, 30000, 1, 64",
    "32, 4000, 3.5, 128",
    "32, 4000, 3.5, 20",
    "320, 20000, 3.5, 128",
    "32, 300, 1, 300",
    "128, 4000, 1, 4000",
    "320, 20000, 1, 1000",
  })
  void shouldTakeAsLongAsTokensDrawnOneByOne(
      int devices, double tokens, double spread, double texts) {
    // Given
    double[] load = load();
    Deal deal = Deal.of(load, devices);

    // When
    double tabled = tabled(deal, devices, tokens, spread, texts);

    // Then
    assertThat(tabled / exact(deal, devices, tokens, spread, texts)).isCloseTo(1, within(0.07));
  }

  @Test
  void shouldTakeTheMeanWhenNothingIsRandom() {
    // Given
    double[] load = new double[EXPERTS];
    Arrays.fill(load, 1.0 / EXPERTS);
    ExpertTables tables = new ExpertTables(1, 32, 40_000);
    int[] device = new int[EXPERTS];
    Arrays.setAll(device, e -> e % 32);
    ExpertTables.ExpertCost[] cost = new ExpertTables.ExpertCost[32];
    Arrays.fill(cost, COST);
    float[] speed = new float[32];
    Arrays.fill(speed, 0.5f);
    tables.set(0, device, load, cost, EACH, 0);
    tables.sum(speed);

    for (double tokens : new double[] {100, 3000, 12_000, 40_000}) {
      // When
      int row = tables.row(tokens);
      double mean = tables.meanSeconds(0, row, tables.part(row, tokens));

      // Then: eight experts, twice as fast
      double each = COST.seconds(tokens * EACH / EXPERTS);
      assertThat(mean).isCloseTo(8 * each * 0.5, within(0.06 * mean));
    }
  }
}
