package dev.hejin.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.LayerPlacement;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Layer problems for tests. */
public final class Problems {
  private Problems() {}

  /** Log-normal loads, given token times, equal slots. */
  public static LayerProblem of(
      int experts, double sigma, double[] tokenSeconds, double fixed, int extra, long seed) {
    Random random = new Random(seed);
    double[] load = new double[experts];
    Arrays.setAll(load, e -> Math.exp(sigma * random.nextGaussian()));
    double sum = Arrays.stream(load).sum();
    Arrays.setAll(load, e -> load[e] / sum);
    double[] fixedSeconds = Arrays.stream(tokenSeconds).map(t -> fixed * t).toArray();
    int[] slots = new int[tokenSeconds.length];
    Arrays.fill(slots, (experts + extra) / tokenSeconds.length + 4);
    return new LayerProblem(
        load, 10_000, fixedSeconds, tokenSeconds, slots, experts + extra, null, seed);
  }

  /** What the first devices hold. */
  public static LayerPlacement onFirst(LayerPlacement placement, int devices) {
    int[] slots =
        IntStream.range(0, placement.slots()).filter(s -> placement.device(s) < devices).toArray();
    return new LayerPlacement(
        Arrays.stream(slots).map(placement::device).toArray(),
        Arrays.stream(slots).map(placement::expert).toArray(),
        Arrays.stream(slots).mapToDouble(placement::share).toArray());
  }

  public static LayerProblem after(LayerProblem problem, @Nullable LayerPlacement previous) {
    return with(problem, problem.load(), previous, problem.clumping());
  }

  public static LayerProblem withClumping(LayerProblem problem, double clumping) {
    return with(problem, problem.load(), problem.previous(), clumping);
  }

  public static LayerProblem withLoad(LayerProblem problem, double[] load) {
    return with(problem, load, problem.previous(), problem.clumping());
  }

  private static LayerProblem with(
      LayerProblem problem, double[] load, @Nullable LayerPlacement previous, double clumping) {
    return new LayerProblem(
        load,
        problem.routedTokens(),
        problem.fixedSeconds(),
        problem.tokenSeconds(),
        problem.slots(),
        problem.replicas(),
        previous,
        problem.seed(),
        problem.node(),
        problem.groups(),
        clumping);
  }

  /** Half of the devices at full speed, the others at half speed. */
  public static double[] twoSpeeds(int devices) {
    double[] seconds = new double[devices];
    Arrays.setAll(seconds, d -> d < devices / 2 ? 1e-6 : 2e-6);
    return seconds;
  }

  public static void assertValid(LayerProblem problem, LayerPlacement placement) {
    double[] share = new double[problem.experts()];
    int[] used = new int[problem.devices()];
    for (int slot = 0; slot < placement.slots(); slot++) {
      if (slot > 0 && placement.device(slot) == placement.device(slot - 1)) {
        assertThat(placement.expert(slot)).isGreaterThan(placement.expert(slot - 1));
      }
      assertThat(placement.share(slot)).isBetween(0.0, 1.0 + 1e-9);
      share[placement.expert(slot)] += placement.share(slot);
      used[placement.device(slot)]++;
    }
    assertThat(placement.slots()).isLessThanOrEqualTo(problem.replicas());
    for (double each : share) {
      assertThat(each).isBetween(1 - 1e-9, 1 + 1e-9);
    }
    for (int d = 0; d < used.length; d++) {
      assertThat(used[d]).isLessThanOrEqualTo(problem.slots()[d]);
    }
  }

  /** Slots of {@code to} that {@code from} does not have: experts to load. */
  public static int loads(LayerPlacement from, LayerPlacement to) {
    int loads = 0;
    for (int slot = 0; slot < to.slots(); slot++) {
      boolean had = false;
      for (int old = 0; old < from.slots(); old++) {
        had |= from.device(old) == to.device(slot) && from.expert(old) == to.expert(slot);
      }
      loads += had ? 0 : 1;
    }
    return loads;
  }
}
