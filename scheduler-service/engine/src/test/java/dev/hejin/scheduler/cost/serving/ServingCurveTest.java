package dev.hejin.scheduler.cost.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.cost.calibration.Calibration;
import dev.hejin.scheduler.importer.ModelCatalog;
import org.junit.jupiter.api.Test;

class ServingCurveTest {
  private static final ServingDevice DEVICE =
      new ServingDevice("test", 80e9, 3350e9, 989e12, 1978e12, 1978e12, 450e9, 50e9, 8);
  private static final ServingModel DENSE =
      ServingModel.of(ModelCatalog.bundled().model("qwen3-32b"));
  private static final ServingModel MOE =
      ServingModel.of(ModelCatalog.bundled().model("qwen3-30b-a3b"));

  private final ServingCurve curve = Calibration.shipped().servingCurve();

  private static ServingCase given(
      ServingModel model, boolean together, double input, double concurrency, int devices) {
    Layout layout = new Layout(devices, 1, 1, devices, 1);
    return new ServingCase(
        model,
        DEVICE,
        Engine.VLLM,
        together,
        input,
        1024,
        concurrency,
        layout,
        1,
        layout,
        1,
        true,
        false,
        false,
        false,
        WeightFormat.WIDE,
        WeightFormat.WIDE,
        WeightFormat.WIDE);
  }

  @Test
  void shouldNotDecodeFasterThanWeightsAreRead() {
    // Given
    double bytes = 2.0 * (DENSE.baseParameters() + DENSE.headParameters() / 2) / 2;

    // When
    double seconds = curve.tokenSeconds(given(DENSE, false, 1024, 1, 2));

    // Then
    assertThat(seconds).isGreaterThan(bytes / DEVICE.memoryBytesPerSecond());
  }

  @Test
  void shouldWaitForPrefillOnlyWhereItSharesDevices() {
    // When
    double together = curve.tokenSeconds(given(DENSE, true, 8192, 16, 4));
    double apart = curve.tokenSeconds(given(DENSE, false, 8192, 16, 4));

    // Then
    assertThat(together).isGreaterThan(apart * 1.2);
  }

  @Test
  void shouldReadMoreExpertsForMoreTokens() {
    // When
    double one = curve.step(given(MOE, false, 128, 1, 1)).experts();
    double sixteen = curve.step(given(MOE, false, 128, 16, 1)).experts();
    double many = curve.step(given(MOE, false, 128, 256, 1)).experts();

    // Then: 8 of 128, then 1 - (1 - 1/16)^16 = 64 %, then nearly all.
    assertThat(sixteen / one).isCloseTo(16 * 0.6439, within(0.6));
    assertThat(many / sixteen).isBetween(1.4, 2.2);
  }

  @Test
  void shouldHoldNoMoreThanFits() {
    // Given: 66 GB of weights on one device of 80 GB.
    ServingCase crowded = given(DENSE, true, 8192, 512, 1);

    // When
    DecodeStep step = curve.step(crowded);

    // Then
    assertThat(step.held()).isLessThan(16);
    FirstTokenCurve first = Calibration.shipped().firstTokenCurve();
    assertThat(first.seconds(crowded)).isGreaterThan(first.seconds(given(DENSE, true, 8192, 4, 1)));
  }

  @Test
  void shouldPayForTheNetworkBeyondOneNode() {
    // When
    double inside = curve.step(given(DENSE, false, 1024, 64, 8)).exchange();
    double across = curve.step(given(DENSE, false, 1024, 64, 16)).exchange();

    // Then
    assertThat(across).isGreaterThan(inside * 1.5);
  }

  @Test
  void shouldGainFromSpeculationWhileWeightsAreRead() {
    // Given
    ServingModel model = ServingModel.of(ModelCatalog.bundled().model("deepseek-v3"));
    ServingCase few = given(model, false, 2048, 1, 8);
    ServingCase many = given(model, false, 2048, 4096, 8);

    // When
    double plain = curve.speculatingSeconds(few, 0, 0.85);
    double one = curve.speculatingSeconds(few, 1, 0.85);

    // Then at most 1.85 tokens a step; published 1.8 (arXiv 2505.09343)
    assertThat(plain / one).isBetween(1.0, 1.85);
    assertThat(curve.speculatingSeconds(few, 1, 0)).isGreaterThan(plain);
    assertThat(curve.speculatingSeconds(few, 1, 0.95)).isLessThan(one);
    // Where work counts, each proposal is paid for.
    double gained =
        curve.speculatingSeconds(many, 0, 0.85) / curve.speculatingSeconds(many, 1, 0.85);
    assertThat(gained).isLessThan(1.85);
    assertThatThrownBy(() -> curve.speculatingSeconds(few, 1, 85)).hasMessageContaining("Maybe");
  }

  @Test
  void shouldStartAPrefillNoFasterThanWeightsAreRead() {
    // Given 1024 tokens reach all experts: 61 GB at 3.35 TB/s on one device
    // When
    double seconds = curve.prefillStartSeconds(given(MOE, true, 1024, 1, 1));

    // Then
    double bytes = 2 * (MOE.baseParameters() + MOE.moeLayers() * 128.0 * MOE.expertParameters());
    assertThat(seconds).isGreaterThan(bytes / DEVICE.memoryBytesPerSecond());
    assertThat(seconds).isLessThan(2 * bytes / DEVICE.memoryBytesPerSecond());
  }

  @Test
  void shouldWaitForHalfOfThePrefillsWhereRequestsGoInStep() {
    // Given requests of one length, or of many
    ServingCase mixed = given(DENSE, true, 8192, 16, 4);
    ServingCase step = stated(mixed, true, WeightFormat.WIDE);

    // When
    double waits = curve.tokenSeconds(mixed) - curve.step(mixed).seconds();
    double half = curve.tokenSeconds(step) - curve.step(step).seconds();

    // Then
    assertThat(half).isCloseTo(waits / 2, within(1e-9));
  }

  @Test
  void shouldCacheIn8BitsWhereWeightsAreNarrower() {
    // Given
    ServingCase wide = given(DENSE, false, 8192, 16, 4);

    // When
    double attention = curve.step(wide).attention();
    double narrow = curve.step(stated(wide, false, WeightFormat.BYTE)).attention();

    // Then
    assertThat(narrow).isCloseTo(attention / 2, within(1e-6 * attention));
  }

  @Test
  void shouldReadAttentionInItsOwnFormat() {
    // Given feed-forward in 4 bits, attention in 16
    ServingModel model = ServingModel.of(ModelCatalog.bundled().model("deepseek-v3"));
    ServingCase narrow = stated(given(model, false, 1024, 1, 8), false, WeightFormat.NARROW);

    // When
    double seconds = curve.step(narrow).dense();

    // Then
    double bytes = 2 * model.attentionParameters() + 0.5 * model.feedForwardParameters();
    assertThat(seconds).isGreaterThan(bytes / 8 / DEVICE.memoryBytesPerSecond());
    assertThat(model.attentionParameters()).isBetween(10e9, 13e9);
  }

  private static ServingCase stated(ServingCase of, boolean lockstep, WeightFormat format) {
    return new ServingCase(
        of.model(),
        of.device(),
        of.engine(),
        of.aggregated(),
        of.inputTokens(),
        of.outputTokens(),
        of.concurrency(),
        of.layout(),
        of.workers(),
        of.prefillLayout(),
        of.prefillWorkers(),
        of.complete(),
        of.plain(),
        lockstep,
        of.even(),
        of.attentionFormat(),
        format,
        of.expertFormat());
  }

  @Test
  void shouldRefuseACaseWithoutLoad() {
    // When, then
    assertThatThrownBy(() -> given(DENSE, true, 1024, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("concurrency 0")
        .hasMessageContaining("Maybe");
  }
}
