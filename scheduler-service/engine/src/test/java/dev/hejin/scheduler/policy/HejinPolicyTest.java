package dev.hejin.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.registry.Policies;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HejinPolicyTest {
  private final ExpertPolicy hejin = Policies.byName("hejin");
  private final ExpertPolicy equal = Policies.byName("heap-greedy");

  @Test
  void shouldBeatTheEqualDeviceBalancerOnTwoSpeeds() {
    // Given 16 fast devices and 16 of half their speed
    LayerProblem problem = Problems.of(256, 0.8, Problems.twoSpeeds(32), 10, 32, 3);

    // When
    double aware = problem.seconds(hejin.place(problem));
    double unaware = problem.seconds(equal.place(problem));

    // Then equal halves would waste a quarter of the pool: 2/3 of the time is the ideal
    assertThat(aware).isLessThan(0.75 * unaware);
    assertThat(aware).isLessThan(1.05 * problem.boundSeconds());
  }

  @Test
  void shouldGiveSlowDevicesFewerTokens() {
    // Given
    LayerProblem problem = Problems.of(64, 0.5, Problems.twoSpeeds(8), 0, 8, 5);

    // When
    LayerPlacement placement = hejin.place(problem);

    // Then the fast half serves two thirds
    double fast = 0;
    for (int slot = 0; slot < placement.slots(); slot++) {
      if (placement.device(slot) < 4) {
        fast += problem.load()[placement.expert(slot)] * placement.share(slot);
      }
    }
    assertThat(fast).isBetween(0.64, 0.69);
  }

  @Test
  void shouldSplitOneHotExpertBySpeed() {
    // Given one expert with all the load, a fast and a slow device
    LayerProblem problem =
        new LayerProblem(
            new double[] {1.0, 0.0},
            900,
            new double[2],
            new double[] {1e-6, 2e-6},
            new int[] {2, 2},
            3,
            null,
            1);

    // When
    LayerPlacement placement = hejin.place(problem);

    // Then 600 tokens on the fast one take as long as 300 on the slow one
    assertThat(problem.seconds(placement)).isCloseTo(600e-6, withinPart());
  }

  @Test
  void shouldNotReplicateWhereReplicasOnlyCostReads() {
    // Given equal loads and devices, and a read that costs as much as 100 tokens
    double[] token = new double[8];
    Arrays.fill(token, 1e-6);
    LayerProblem problem = Problems.of(64, 0.0, token, 100, 8, 1);

    // When
    LayerPlacement placement = hejin.place(problem);

    // Then
    assertThat(placement.slots()).isEqualTo(64);
  }

  @Test
  void shouldKeepAPlacementThatIsStillGood() {
    // Given
    LayerProblem problem = Problems.of(256, 0.8, Problems.twoSpeeds(32), 10, 32, 3);
    LayerPlacement before = hejin.place(problem);

    // When nothing changed
    LayerPlacement after = hejin.place(Problems.after(problem, before));

    // Then
    assertThat(Problems.loads(before, after)).isZero();
  }

  @Test
  void shouldMoveFewExpertsWhenTheLoadDrifts() {
    // Given
    LayerProblem problem = Problems.of(256, 0.8, Problems.twoSpeeds(32), 10, 32, 3);
    LayerPlacement before = hejin.place(problem);
    double[] load = problem.load().clone();
    for (int e = 0; e < load.length; e++) {
      load[e] *= e % 2 == 0 ? 1.15 : 0.85;
    }
    double sum = Arrays.stream(load).sum();
    Arrays.setAll(load, e -> load[e] / sum);
    LayerProblem drifted = Problems.after(Problems.withLoad(problem, load), before);

    // When
    LayerPlacement after = hejin.place(drifted);

    // Then it loads less than a tenth of the slots and is still within 5 % of the ideal
    assertThat(Problems.loads(before, after)).isLessThan(29);
    assertThat(drifted.seconds(after)).isLessThan(1.08 * drifted.boundSeconds());
  }

  @Test
  void shouldMendByLoadingLittleMoreThanWasLost() {
    for (double clumping : new double[] {0, 0.02}) {
      // Given a placement on 32 devices of which four are gone
      LayerProblem whole =
          Problems.withClumping(Problems.of(256, 0.8, Problems.twoSpeeds(32), 10, 32, 3), clumping);
      LayerPlacement before = hejin.place(whole);
      LayerPlacement held = Problems.onFirst(before, 28);
      double[] left = Arrays.copyOf(whole.tokenSeconds(), 28);
      LayerProblem problem =
          Problems.withClumping(
              Problems.after(Problems.of(256, 0.8, left, 10, 32, 3), held), clumping);
      int lost = before.slots() - held.slots();

      // When
      LayerPlacement mended = hejin.mend(problem, lost);

      // Then it is valid, nearly nothing else moves, and it is nearly as quick as a fresh one
      Problems.assertValid(problem, mended);
      assertThat(lost).isPositive();
      assertThat(Problems.loads(held, mended)).isLessThanOrEqualTo(lost + 12);
      assertThat(Problems.loads(mended, held)).isLessThanOrEqualTo(12);
      double fresh = problem.seconds(hejin.place(Problems.after(problem, null)));
      assertThat(problem.seconds(mended)).isLessThan(1.1 * fresh);
    }
  }

  @Test
  void shouldMendWhatTakesAllSlots() {
    // Given four devices with no slot to spare, one of which came back empty
    LayerProblem full =
        new LayerProblem(
            new double[] {0.4, 0.2, 0.2, 0.2},
            900,
            new double[4],
            new double[] {1e-6, 1e-6, 1e-6, 1e-6},
            new int[] {1, 1, 1, 1},
            4,
            null,
            1);
    LayerPlacement held =
        new LayerPlacement(new int[] {1, 2, 3}, new int[] {3, 1, 2}, new double[] {1, 1, 1});

    // When
    LayerPlacement mended = hejin.mend(Problems.after(full, held), 1);

    // Then only the expert that is missing is loaded, on the device that is free
    assertThat(mended)
        .isEqualTo(
            new LayerPlacement(
                new int[] {0, 1, 2, 3}, new int[] {0, 3, 1, 2}, new double[] {1, 1, 1, 1}));
  }

  @Test
  void shouldNameThePoliciesThatExist() {
    // Given / When / Then
    assertThat(Policies.names())
        .startsWith("hejin", "heap-greedy", "hierarchical", "static", "round-robin", "random");
    assertThatThrownBy(() -> Policies.byName("eplb"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hejin, heap-greedy, hierarchical, static");
  }

  private static org.assertj.core.data.Percentage withinPart() {
    return org.assertj.core.data.Percentage.withPercentage(0.1);
  }
}
