package dev.hejin.scheduler.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.cost.serving.LargestDeviate;
import dev.hejin.scheduler.model.LayerPlacement;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnevenBatchTest {
  private static final int DRAWS = 20_000;

  private static double[] filled(int n, double value) {
    double[] all = new double[n];
    Arrays.fill(all, value);
    return all;
  }

  @Test
  void shouldAddToEvenDevicesWhatTheEvenPlacementAdds() {
    // Given 32 equal experts on 16 equal devices
    UnevenBatch batch = new UnevenBatch(8192, 1.5, filled(16, 1e-6));
    int[] expert = new int[32];
    int[] device = new int[32];
    Arrays.setAll(expert, slot -> slot);
    Arrays.setAll(device, slot -> slot / 2);
    LayerPlacement placement = new LayerPlacement(device, expert, filled(32, 1));

    // When
    double placed = batch.seconds(placement, filled(32, 1.0 / 32), filled(16, 512e-6));

    // Then 512 tokens in two replicas of 256: a deviation of sqrt(512 + 1.5 x 2 x 256^2)
    double deviation = Math.sqrt(512 + 1.5 * 2 * 256 * 256) * 1e-6;
    assertThat(placed).isCloseTo(LargestDeviate.of(16) * deviation, within(1e-3 * deviation));
    assertThat(placed).isCloseTo(batch.leastSeconds(32), within(1e-3 * placed));
    assertThat(batch.leastSeconds(64)).isLessThan(placed);
  }

  @Test
  void shouldAgreeWithDrawnBatchesWhereDevicesDiffer() {
    // Given devices with one to four replicas, of different speeds, each 100 to 900 tokens
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 20; round++) {
      int devices = 2 + random.nextInt(30);
      double[] each = new double[devices];
      Arrays.setAll(each, d -> (1 + random.nextInt(3)) * 1e-6);
      int slots = 4 * devices;
      int[] expert = new int[slots];
      int[] device = new int[slots];
      double[] tokens = new double[slots];
      for (int slot = 0; slot < slots; slot++) {
        expert[slot] = slot;
        device[slot] = slot < devices ? slot : random.nextInt(devices);
        tokens[slot] = 100 + 800 * random.nextDouble();
      }
      double routed = Arrays.stream(tokens).sum();
      double[] load = Arrays.stream(tokens).map(n -> n / routed).toArray();
      double clumping = 0.02 + random.nextDouble() / 10;
      double[] seconds = new double[devices];
      for (int slot = 0; slot < slots; slot++) {
        seconds[device[slot]] += tokens[slot] * each[device[slot]];
      }
      LayerPlacement placement = new LayerPlacement(device, expert, filled(slots, 1));

      // When
      double added = new UnevenBatch(routed, clumping, each).seconds(placement, load, seconds);

      // Then
      double sum = 0;
      for (int draw = 0; draw < DRAWS; draw++) {
        double[] drawn = new double[devices];
        for (int slot = 0; slot < slots; slot++) {
          double variance = tokens[slot] + clumping * tokens[slot] * tokens[slot];
          double got = tokens[slot] + Math.sqrt(variance) * random.nextGaussian();
          drawn[device[slot]] += got * each[device[slot]];
        }
        sum += Arrays.stream(drawn).max().orElseThrow();
      }
      double most = Arrays.stream(seconds).max().orElseThrow();
      assertThat(most + added).isCloseTo(sum / DRAWS, within(0.005 * most));
    }
  }

  @Test
  void shouldNeverGiveADeviceMoreThanAllTokens() {
    // Given 8 tokens that all texts send alike to two experts
    UnevenBatch batch = new UnevenBatch(8, 13, filled(2, 1e-6));
    LayerPlacement placement = new LayerPlacement(new int[] {0, 1}, new int[] {0, 1}, filled(2, 1));

    // When
    double added = batch.seconds(placement, filled(2, 0.5), filled(2, 4e-6));

    // Then
    assertThat(added).isPositive().isLessThanOrEqualTo(4e-6);
    assertThat(batch.leastSeconds(2)).isLessThanOrEqualTo(4e-6);
  }
}
