package dev.hejin.scheduler.cost.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingStepTest {
  private static final ModelSpec MODEL =
      ModelCatalog.bundled().resolve("deepseek-v3").orElseThrow();
  private static final MeasuredLayer LAYER =
      new MeasuredLayer(4096, 4096, 0.03225, 0.916, 0.888, 0.00124, 0.00372);
  private static final TrainingDevice DEVICE =
      new TrainingDevice(780e12, 990e12, 2.7e12, 158e9, 43e9, 8);
  private static final TrainingPhase PHASE = new TrainingPhase("main", 14.8e12, 15_360, 4096);

  private static TrainingStep step(double imbalance) {
    return new TrainingStep(MODEL, LAYER, new TrainingLayout(16, 64, 2048, imbalance), DEVICE);
  }

  private static double part(List<TrainingStep.Part> parts, int index) {
    return parts.get(index).seconds();
  }

  @Test
  void shouldStartFromTheTrace() {
    // Given 120 microbatches on each pipeline, 61 of 64 layers
    // When
    List<TrainingStep.Part> parts = step(1).parts(PHASE);

    // Then
    assertThat(part(parts, 0)).isCloseTo(120 * 61 / 16.0 * 0.03225, within(1e-9));
    assertThat(step(1).seconds(PHASE))
        .isCloseTo(parts.stream().mapToDouble(TrainingStep.Part::seconds).sum(), within(1e-9));
  }

  @Test
  void shouldFillAndDrainAsThePublishedFormulaSays() {
    // Given stages of 4 layers: backward apart pays half of the exchange
    double pair = 4 * 0.03225;
    double third = 4 * (0.03225 * 0.916 - 0.00496) / 3;
    double backward = 4 * 0.00372 + 2 * third + 2 * 0.03225 * 0.888;

    // When
    List<TrainingStep.Part> parts = step(1).parts(PHASE);

    // Then between what rank 0 works more than in pairs, 3 (PP/2 - 1) + 2 forwards and as many
    // backwards alone, and that with the idle time (PP/2 - 1)(F&B + B - 3W) of table 2 on top
    double forward = 4 * 0.00124 + third + 2 * 0.03225 * 0.888;
    double alone = 23 * (forward + backward - pair);
    double idle = 7 * (pair + backward - 3 * third);
    double layers = 120 * (64 - 61) / 16.0 * 0.03225;
    assertThat(part(parts, 1)).isBetween(layers + alone, layers + alone + idle);
  }

  @Test
  void shouldChargeHeadsImbalanceAndReplicas() {
    // When
    List<TrainingStep.Part> even = step(1).parts(PHASE);
    List<TrainingStep.Part> uneven = step(1.2).parts(PHASE);

    // Then
    // Heads and a prediction module fill a stage of two layers; three dense ones exchange nothing.
    assertThat(part(even, 2)).isBetween(-0.5, 1.0);
    assertThat(part(even, 3)).isCloseTo(0, within(1e-9));
    assertThat(part(uneven, 3)).isPositive();
    // 30 hops of 4096 rows of 7168 in 16 bits.
    assertThat(part(even, 4)).isCloseTo(30 * 4096 * 7168 * 2 / 43e9, within(1e-9));
    // 6 bytes for three quarters of 1.28 G weights of experts, and the rest.
    assertThat(part(even, 5)).isBetween(0.13, 0.5);
    assertThat(part(even, 6)).isBetween(0.001, 0.02);
  }

  @Test
  void shouldPayMoreForLongTextsAndSmallBatches() {
    // Given as many tokens in a step, in texts of eight times the length
    TrainingPhase texts = new TrainingPhase("long", 1e12, 15_360, 4096 * 8);
    TrainingPhase small = new TrainingPhase("small", 1e12, 4_096, 4096);

    // When
    double each = step(1).bill(new TrainingPhase("main", 1e12, 15_360, 4096), 2).deviceHours();

    // Then attention grows from 4.96 to 39.7 ms for each 4096 tokens
    assertThat(step(1).bill(texts, 2).deviceHours() / each).isBetween(1.5, 2.5);
    assertThat(step(1).bill(small, 2).deviceHours() / each).isBetween(1.1, 1.6);
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> new TrainingLayout(15, 64, 2048, 1))
        .hasMessageContaining("15 ranks")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> new TrainingLayout(16, 64, 2000, 1)).hasMessageContaining("2000");
    assertThatThrownBy(() -> new TrainingLayout(16, 64, 2048, 0.9)).hasMessageContaining("0.9");
    assertThatThrownBy(() -> new MeasuredLayer(4096, 4096, 0.032, 91.6, 0.9, 0, 0))
        .hasMessageContaining("compute share");
    assertThatThrownBy(() -> new MeasuredLayer(4096, 4096, 0.032, 0.9, 0.9, 1.24, 3.7))
        .hasMessageContaining("milliseconds");
    assertThatThrownBy(() -> new TrainingDevice(0, 1, 1, 1, 1, 8))
        .hasMessageContaining("16-bit rate");
    assertThatThrownBy(() -> new TrainingPhase("main", 1, Double.NaN, 1))
        .hasMessageContaining("sequences of a step");
  }
}
