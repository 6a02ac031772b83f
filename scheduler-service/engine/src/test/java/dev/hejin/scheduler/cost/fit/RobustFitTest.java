package dev.hejin.scheduler.cost.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class RobustFitTest {
  private static final List<Parameter> LINE =
      List.of(new Parameter("start", 1, 2, "s"), new Parameter("slope", 1, 2, "s each"));

  private static ParameterValues fit(double[] x, double[] y) {
    return RobustFit.fit(
        LINE,
        x.length,
        (values, into) -> {
          for (int i = 0; i < x.length; i++) {
            into[i] = Math.log((values.get(0) + values.get(1) * x[i]) / y[i]);
          }
        });
  }

  @Test
  void shouldFindTheCurveBehindMeasurementsDespiteOutliers() {
    // Given: 3 + 0.5 x, and one measurement in ten is ten times too long.
    double[] x = new double[400];
    double[] y = new double[400];
    for (int i = 0; i < x.length; i++) {
      x[i] = 1 + i % 40;
      y[i] = (3 + 0.5 * x[i]) * (i % 10 == 3 ? 10 : 1);
    }

    // When
    ParameterValues values = fit(x, y);

    // Then
    assertThat(values.get(0)).isCloseTo(3, within(0.15));
    assertThat(values.get(1)).isCloseTo(0.5, within(0.025));
  }

  @Test
  void shouldKeepPriorsWithoutMeasurements() {
    // When
    ParameterValues values = fit(new double[0], new double[0]);

    // Then
    assertThat(values.get(0)).isEqualTo(1);
    assertThat(values.get(1)).isEqualTo(1);
  }

  @Test
  void shouldGiveTheSameTwice() {
    // Given
    double[] x = {1, 2, 3, 4, 5, 6};
    double[] y = {2, 2.9, 4.2, 4.9, 6.1, 6.9};

    // When, then
    assertThat(fit(x, y).named()).isEqualTo(fit(x, y).named());
  }
}
