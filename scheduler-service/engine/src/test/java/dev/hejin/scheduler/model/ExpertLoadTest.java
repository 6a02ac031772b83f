package dev.hejin.scheduler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExpertLoadTest {
  private static final double[] DENSE = {};
  private static final double[] EVEN = {1, 1, 1, 1};

  private final ModelSpec model = Samples.model();

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments("has 2 layers, model 'small' has 3", new double[][] {DENSE, EVEN}),
        arguments("layer 1 has 3 experts, the model 4", new double[][] {DENSE, {1, 1, 1}, EVEN}),
        arguments("layer 2 has 0 experts", new double[][] {DENSE, EVEN, {}}),
        arguments("layer 1, expert 3 is NaN", new double[][] {DENSE, {1, 1, 1, Double.NaN}, EVEN}),
        arguments("layer 2, expert 0 is -1.0", new double[][] {DENSE, EVEN, {-1, 1, 1, 1}}),
        arguments(
            "layer 2, expert 1 is Infinity",
            new double[][] {DENSE, EVEN, {0, Double.POSITIVE_INFINITY, 0, 0}}),
        arguments("layer 1 is all zero", new double[][] {DENSE, {0, 0, 0, 0}, EVEN}),
        arguments(
            "layer 1 is too large to add up",
            new double[][] {DENSE, {Double.MAX_VALUE, Double.MAX_VALUE, 0, 0}, EVEN}));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void shouldRefuse(String message, double[][] counts) {
    // When, then
    assertThatThrownBy(() -> ExpertLoad.of(model, counts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("\nMaybe ");
  }

  @Test
  void shouldNormaliseCounts() {
    // When
    ExpertLoad load = ExpertLoad.of(model, new double[][] {{7}, {1, 3, 0, 4}, EVEN});

    // Then
    assertThat(load.layers()).isEqualTo(3);
    assertThat(load.layer(0)).isEmpty();
    assertThat(load.layer(1)).containsExactly(0.125, 0.375, 0, 0.5);
    assertThat(load.share(2, 3)).isEqualTo(0.25);
  }

  @Test
  void shouldKeepSharesBitForBitWhenNormalisedAgain() {
    // Given
    Random random = new Random(1);
    ModelSpec wide = Samples.model(List.of(Samples.moe(0, 257)));
    double[] counts = IntStream.range(0, 257).mapToDouble(i -> random.nextInt(1000)).toArray();
    ExpertLoad live = ExpertLoad.of(wide, new double[][] {counts});

    // When
    ExpertLoad replayed = ExpertLoad.of(wide, new double[][] {live.layer(0)});

    // Then
    assertThat(replayed).isEqualTo(live);
  }

  @Test
  void shouldSpreadUniformLoad() {
    // When
    ExpertLoad load = ExpertLoad.uniform(model);

    // Then
    assertThat(load).isEqualTo(ExpertLoad.of(model, new double[][] {DENSE, EVEN, EVEN}));
  }

  @Test
  void shouldMeasureLayerThatDiffersMost() {
    // Given
    ExpertLoad uniform = ExpertLoad.uniform(model);
    ExpertLoad shifted = ExpertLoad.of(model, new double[][] {DENSE, {2, 2, 1, 1}, {1, 0, 0, 0}});

    // When
    double distance = uniform.distance(shifted);

    // Then
    assertThat(distance).isCloseTo(0.75, within(1e-12));
    assertThat(shifted.distance(uniform)).isEqualTo(distance);
    assertThat(uniform.distance(uniform)).isZero();
  }

  @Test
  void shouldNotShareItsNumbers() {
    // Given
    ExpertLoad load = ExpertLoad.uniform(model);

    // When
    load.layer(1)[0] = 1;

    // Then
    assertThat(load.share(1, 0)).isEqualTo(0.25);
  }
}
