package dev.hejin.scheduler.bias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What holds for every load. */
class BiasControllerPropertyTest {
  @Property(tries = 300)
  void shouldMoveEachBiasOneStepAgainstItsLoad(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int layers,
      @ForAll @IntRange(min = 2, max = 40) int experts,
      @ForAll @DoubleRange(min = 0, max = 0.1) double speed) {
    // Given biases and loads
    Random random = new Random(seed);
    double[][] start = new double[layers][experts];
    double[][] loads = new double[layers][experts];
    for (int l = 0; l < layers; l++) {
      for (int e = 0; e < experts; e++) {
        start[l][e] = random.nextGaussian();
        loads[l][e] = random.nextInt(50);
      }
    }
    BiasController controller = new BiasController(start, speed);

    // When
    controller.step(loads);

    // Then
    double[][] now = controller.bias();
    for (int l = 0; l < layers; l++) {
      double mean = Arrays.stream(loads[l]).average().orElseThrow();
      for (int e = 0; e < experts; e++) {
        double moved = now[l][e] - start[l][e];
        if (loads[l][e] > mean) {
          assertThat(moved).isCloseTo(-speed, within(1e-12));
        } else if (loads[l][e] < mean) {
          assertThat(moved).isCloseTo(speed, within(1e-12));
        } else {
          assertThat(moved).isZero();
        }
      }
    }
  }

  @Property(tries = 100)
  void shouldForgetNothingAndCopyEverything(@ForAll long seed) {
    // Given two controllers, one restarted from the other's biases in the middle
    Random random = new Random(seed);
    BiasController whole = new BiasController(2, 8, 0.001);
    BiasController part = new BiasController(2, 8, 0.001);
    for (int step = 0; step < 20; step++) {
      double[][] loads = new double[2][8];
      for (double[] row : loads) {
        Arrays.setAll(row, e -> random.nextInt(100));
      }

      // When
      whole.step(loads);
      part.step(loads);
      double[][] saved = part.bias();
      part = new BiasController(saved, 0.001);
      saved[0][0] = 9;
    }

    // Then
    assertThat(part.bias()).isDeepEqualTo(whole.bias());
  }

  @Example
  void shouldRefuseBadInputAndKeepItsBiases() {
    // Given a controller that has moved
    BiasController controller = new BiasController(1, 2, 0.5);
    controller.step(new double[][] {{3, 1}});

    // When, then
    refuses("loads.length = 2", () -> controller.step(new double[2][2]));
    refuses("loads[0].length = 3", () -> controller.step(new double[1][3]));
    refuses("loads[0][1] = NaN", () -> controller.step(new double[][] {{1, Double.NaN}}));
    refuses("loads[0][0] = -1.0", () -> controller.step(new double[][] {{-1, 1}}));
    refuses("update_speed = -0.1", () -> controller.setUpdateSpeed(-0.1));
    refuses("update_speed = Infinity", () -> new BiasController(1, 2, 1 / 0.0));
    refuses("layers = 0", () -> new BiasController(0, 2, 0.001));
    refuses("experts = 1", () -> new BiasController(1, 1, 0.001));
    refuses("layers = 2000000 x 2", () -> new BiasController(2_000_000, 2, 0.001));
    refuses("initial_bias[1].length", () -> new BiasController(new double[][] {{1, 2}, {1}}, 0));
    refuses("initial_bias[0][1] = NaN", () -> new BiasController(new double[][] {{1, 0 / 0.0}}, 0));
    assertThat(controller.bias()).isDeepEqualTo(new double[][] {{-0.5, 0.5}});
  }

  private static void refuses(String message, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(InvalidBiasException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("\nMaybe ");
  }

  @Example
  void shouldMeasureTheViolation() {
    // Given loads

    // When, then
    assertThat(BiasController.maxViolation(new double[] {2, 2})).isZero();
    assertThat(BiasController.maxViolation(new double[] {6, 2, 1})).isEqualTo(1);
    assertThat(BiasController.maxViolation(new double[2])).isZero();
  }
}
