package dev.hejin.scheduler.bias;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The load of a simulated router levels out, and stays level. MaxVio (most load over mean, less 1)
 * is taken over 60 batches, as single batches are noisy by their size.
 */
class BiasConvergenceTest {
  private static final int TOKENS = 512;
  private static final int WINDOW = 60;

  @ParameterizedTest
  @CsvSource({
    "SIGMOID, 64, 8, 4, 6, 0.001, 900, 0.15",
    "SIGMOID, 64, 1, 1, 6, 0.001, 900, 0.15",
    "SOFTMAX, 64, 8, 4, 6, 0.0005, 900, 0.15",
    "SIGMOID, 256, 8, 4, 8, 0.001, 500, 0.3"
  })
  void shouldLevelTheLoadOfARouter(
      SimulatedRouter.Gate gate,
      int experts,
      int groups,
      int topGroups,
      int topExperts,
      double speed,
      int steps,
      double limit) {
    // Given experts that tokens like unequally
    SimulatedRouter router = new SimulatedRouter(3, gate, experts, groups, topGroups, topExperts);
    BiasController controller = new BiasController(1, experts, speed);
    double before = violation(router, controller, false);

    // When
    for (int step = 0; step < steps; step++) {
      controller.step(new double[][] {router.route(TOKENS, controller.bias()[0])});
    }
    double after = violation(router, controller, true);
    controller.setUpdateSpeed(0);
    double held = violation(router, controller, true);

    // Then
    assertThat(before).isGreaterThan(1);
    assertThat(after).isLessThan(limit);
    assertThat(held).isLessThan(limit);
  }

  private static double violation(
      SimulatedRouter router, BiasController controller, boolean learning) {
    double[] sum = new double[controller.experts()];
    for (int step = 0; step < WINDOW; step++) {
      double[] loads = router.route(TOKENS, controller.bias()[0]);
      for (int e = 0; e < sum.length; e++) {
        sum[e] += loads[e];
      }
      if (learning) {
        controller.step(new double[][] {loads});
      }
    }
    return BiasController.maxViolation(sum);
  }
}
