package dev.hejin.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.registry.Policies;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Placements judged by the mean time of the slowest device over batches that are drawn. */
class UnevenBatchesTest {
  private static final int BATCHES = 400;
  private static final double CLUMPING = 0.3;

  private final ExpertPolicy hejin = Policies.byName("hejin");
  private final ExpertPolicy greedy = Policies.byName("heap-greedy");

  @Test
  void shouldGiveAHotExpertTheSpareReplicas() {
    // Given an expert with as many tokens as a device should get, and no need to divide it
    int devices = 8;
    double[] load = new double[64];
    Arrays.fill(load, (1 - 1.0 / devices) / 63);
    load[0] = 1.0 / devices;
    double[] token = new double[devices];
    Arrays.fill(token, 1e-6);
    double[] read = new double[devices];
    Arrays.fill(read, 10e-6);
    int[] slots = new int[devices];
    Arrays.fill(slots, 9);
    LayerProblem certain = new LayerProblem(load, 10_000, read, token, slots, 70, null, 1);
    LayerProblem uneven = Problems.withClumping(certain, CLUMPING);

    // When
    long whole = replicas(hejin.place(certain), 0);
    long divided = replicas(hejin.place(uneven), 0);

    // Then
    assertThat(whole).isLessThan(4);
    assertThat(divided).isGreaterThan(whole);
  }

  @Test
  void shouldBeatPlacementsForMeanLoadsInDrawnBatches() {
    // Given equal devices, hot experts, replicas that cost their read
    double[] token = new double[32];
    Arrays.fill(token, 1e-6);

    // When, then
    assertBeats(token, 0.97, 1.005);
  }

  @Test
  void shouldBeatThemWhereSpeedsDiffer() {
    assertBeats(Problems.twoSpeeds(32), 0.98, 0.85);
  }

  private void assertBeats(double[] token, double beforeAtMost, double otherAtMost) {
    LayerProblem certain = Problems.of(256, 1, token, 10, 32, 11);
    LayerProblem uneven = Problems.withClumping(certain, CLUMPING);

    double before = drawnSeconds(certain, hejin.place(certain));
    double now = drawnSeconds(certain, hejin.place(uneven));
    double other = drawnSeconds(certain, greedy.place(uneven));

    assertThat(now).isLessThan(beforeAtMost * before);
    assertThat(now).isLessThan(otherAtMost * other);
  }

  @Test
  void shouldKeepAPlacementThatIsStillGood() {
    // Given
    LayerProblem problem =
        Problems.withClumping(Problems.of(256, 0.8, Problems.twoSpeeds(32), 10, 32, 3), CLUMPING);
    LayerPlacement before = hejin.place(problem);

    // When nothing changed
    LayerPlacement after = hejin.place(Problems.after(problem, before));

    // Then
    assertThat(Problems.loads(before, after)).isZero();
  }

  private static long replicas(LayerPlacement placement, int expert) {
    long count = 0;
    for (int slot = 0; slot < placement.slots(); slot++) {
      count += placement.expert(slot) == expert ? 1 : 0;
    }
    return count;
  }

  /**
   * Mean time of the slowest device. In each batch an expert is liked more or less, log-normally
   * with the squared deviation of the clumping; each replica then gets a Poisson number of tokens.
   */
  private static double drawnSeconds(LayerProblem problem, LayerPlacement placement) {
    Random random = new Random(5);
    double sigma = Math.sqrt(Math.log1p(CLUMPING));
    double sum = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      double[] liked = new double[problem.experts()];
      Arrays.setAll(liked, e -> Math.exp(sigma * random.nextGaussian() - 0.5 * sigma * sigma));
      double[] seconds = new double[problem.devices()];
      for (int slot = 0; slot < placement.slots(); slot++) {
        int d = placement.device(slot);
        int e = placement.expert(slot);
        double mean = problem.load()[e] * placement.share(slot) * problem.routedTokens() * liked[e];
        double tokens = Math.max(0, mean + Math.sqrt(mean) * random.nextGaussian());
        seconds[d] += problem.fixedSeconds()[d] + tokens * problem.tokenSeconds()[d];
      }
      sum += Arrays.stream(seconds).max().orElse(0);
    }
    return sum / BATCHES;
  }
}
