package dev.hejin.scheduler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What models are made of. */
class ModelRecordsTest {

  private static Arguments attention(
      String message, long parameters, double kv, double flops, int window) {
    return refused(
        message, () -> new AttentionSpec(AttentionKind.MLA, parameters, kv, flops, window));
  }

  private static Arguments layer(
      String message, int experts, long expertParameters, int perToken, int groups, int limit) {
    return refused(
        message,
        () ->
            new LayerSpec(
                3,
                Samples.attention(),
                1,
                1,
                1,
                experts,
                expertParameters,
                perToken,
                groups,
                limit));
  }

  private static Arguments sizes(int index, long dense, long router, long norm) {
    return refused(
        "layer " + index + " has a negative size",
        () -> new LayerSpec(index, Samples.attention(), dense, router, norm, 0, 0, 0, 1, 1));
  }

  private static Arguments model(String message, int hidden, int vocabulary, LayerSpec... layers) {
    return refused(
        message,
        () ->
            new ModelSpec(
                "broken",
                "Broken",
                hidden,
                vocabulary,
                false,
                Precision.BF16,
                Precision.BF16,
                Precision.BF16,
                List.of(layers),
                0,
                0,
                List.of()));
  }

  private static Arguments refused(String message, ThrowingCallable construction) {
    return arguments(message, construction);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        attention("attention MLA: parameters 0,", 0, 1, 1, 1),
        attention("kvElementsPerToken -1.0", 1, -1, 1, 1),
        attention("flopsPerContextToken -1.0", 1, 1, -1, 1),
        attention("windowTokens 0", 1, 1, 1, 0),
        attention("kvElementsPerToken NaN", 1, Double.NaN, 1, 1),
        attention("flopsPerContextToken NaN", 1, 1, Double.NaN, 1),
        sizes(-1, 1, 1, 1),
        sizes(0, -1, 1, 1),
        sizes(0, 1, -1, 1),
        sizes(0, 1, 1, -1),
        layer("layer 3 has -1 experts", -1, 0, 0, 1, 1),
        layer("8 experts of 0 parameters", 8, 0, 2, 1, 1),
        layer("8 experts of 10 parameters, 0 per token", 8, 10, 0, 1, 1),
        layer("8 experts of 10 parameters, 9 per token", 8, 10, 9, 1, 1),
        layer("layer 3 is dense but names experts", 0, 10, 0, 1, 1),
        layer("layer 3 is dense but names experts", 0, 0, 1, 1, 1),
        layer("do not divide into 0 groups", 8, 10, 2, 0, 0),
        layer("do not divide into 3 groups", 8, 10, 2, 3, 1),
        layer("2 groups, 3 per token", 8, 10, 2, 2, 3),
        layer("2 groups, 0 per token", 8, 10, 2, 2, 0),
        model("model 'broken': 0 layers", 16, 100),
        model("hidden size 0", 0, 100, Samples.dense(0)),
        model("vocabulary 0", 16, 0, Samples.dense(0)),
        model("layer at position 1 has index 2", 16, 100, Samples.dense(0), Samples.dense(2)),
        refused("workload.batch_tokens is 0", () -> new Workload(0, 1)),
        refused("workload.context_tokens is -3", () -> new Workload(1, -3)));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void shouldRefuse(String message, ThrowingCallable construction) {
    // When, then
    assertThatThrownBy(construction)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldCountParameters() {
    // Given
    long dense = 1000 + 300 + 4;
    long base = 1000 + 30 + 5 + 4;
    long outside = 100 * 16 + 100 * 16 + 16;

    // When
    ModelSpec model = Samples.model();

    // Then
    assertThat(model.totalParameters()).isEqualTo(outside + dense + 2 * (base + 4 * 200));
    assertThat(model.activeParameters()).isEqualTo(outside + dense + 2 * (base + 2 * 200));
    assertThat(model.kvBytesPerToken()).isEqualTo(3 * 64 * 2.0);
    assertThat(model.isMoe()).isTrue();
  }

  @Test
  void shouldCountTiedEmbeddingsOnce() {
    // Given
    ModelSpec apart = Samples.model();

    // When
    ModelSpec tied =
        new ModelSpec(
            "tied",
            apart.architecture(),
            apart.hiddenSize(),
            apart.vocabularySize(),
            true,
            Precision.BF16,
            Precision.BF16,
            Precision.BF16,
            List.of(Samples.dense(0)),
            0,
            apart.extraParameters(),
            List.of());

    // Then
    assertThat(tied.headParameters()).isZero();
    assertThat(tied.totalParameters()).isEqualTo(100 * 16 + 16 + 1304);
    assertThat(tied.isMoe()).isFalse();
  }

  @Test
  void shouldCountExpertsBeyondTheRangeOfInt() {
    // Given
    int experts = 100_000;

    // When
    LayerSpec layer =
        new LayerSpec(0, Samples.attention(), 0, 0, 0, experts, 1_000_000_000L, experts, 1, 1);

    // Then
    assertThat(layer.totalParameters()).isEqualTo(100_000_000_001_000L * 1L);
    assertThat(layer.activeParameters()).isEqualTo(layer.totalParameters());
  }
}
