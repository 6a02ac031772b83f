package dev.hejin.scheduler.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.PhaseScale;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Provenance;
import dev.hejin.scheduler.model.Workload;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Attention of each kind against numbers that follow from the models' configs by hand. */
class AttentionCostTest {
  private static final Percentage EXACT = Percentage.withPercentage(1e-6);
  private static final double TOKENS = 256;

  /** Device of 1 PB/s and 1 Top/s, both measured: arithmetic decides; or the other way round. */
  private static DeviceRates rates(double bytesPerSecond, double opsPerSecond) {
    Node node = node(bytesPerSecond, opsPerSecond);
    return DeviceRates.of(node.devices().getFirst(), node, 1, new Assumptions());
  }

  private static Node node(double bytesPerSecond, double opsPerSecond) {
    Figure rate = Figure.of(opsPerSecond, Provenance.MEASURED, "test");
    Device device =
        new Device(
            "n/0",
            "n",
            "ACME",
            "One",
            Figure.of(1e11, Provenance.MEASURED, "test"),
            Figure.of(bytesPerSecond, Provenance.MEASURED, "test"),
            Map.of(Precision.BF16, rate),
            Figure.of(1e11, Provenance.MEASURED, "test"),
            "NCCL",
            Figure.UNKNOWN,
            Health.HEALTHY,
            true);
    return new Node("n", List.of(device), Figure.of(5e10, Provenance.MEASURED, "test"));
  }

  private static double core(String name, int layer, int context, DeviceRates rates) {
    ModelSpec model = ModelCatalog.bundled().model(name);
    LayerSpec spec = model.layers().get(layer);
    return new StepCost(model, new Workload((int) TOKENS, context))
        .coreSeconds(spec, rates, TOKENS);
  }

  private static void check(
      String name, int layer, int context, double attended, double elements, double operations) {
    double read = core(name, layer, context, rates(1e9, 1e18));
    double multiplied = core(name, layer, context, rates(1e18, 1e9));
    assertThat(read).as(name).isCloseTo(TOKENS * attended * elements * 2 / 1e9, EXACT);
    assertThat(multiplied).as(name).isCloseTo(TOKENS * attended * operations / 1e9, EXACT);
  }

  @Test
  void shouldChargeGroupedQueries() {
    // 8 heads of 128 cached twice, 64 heads of queries
    check("qwen3-32b", 0, 4096, 4096, 2 * 8 * 128, 4 * 64 * 128);
  }

  @Test
  void shouldChargeEveryHeadWhereEachHasItsOwnCache() {
    // 32 heads of 128
    check("llama-2-7b", 0, 4096, 4096, 2 * 32 * 128, 4 * 32 * 128);
  }

  @Test
  void shouldChargeAbsorbedLatentAttention() {
    // 512 and 64 cached once; 128 heads over 576 for scores and 512 for values
    check("deepseek-v3", 0, 4096, 4096, 576, 2 * 128 * (576 + 512));
  }

  @Test
  void shouldChargeSparseAttentionForItsChoice() {
    // 2048 of 65536 tokens are chosen; the indexer's keys of 128 lie beside the latent cache
    check("deepseek-v3.2", 0, 65_536, 2048, 576 + 128, 2 * 128 * (576 + 512));
  }

  @Test
  void shouldChargeLinearAttentionForNoContext() {
    // Given three of four layers of Qwen3-Next keep a state of fixed size
    ModelSpec model = ModelCatalog.bundled().model("qwen3-next-80b-a3b");

    // When / Then
    assertThat(model.layers().get(0).attention().kind()).isEqualTo(AttentionKind.LINEAR);
    assertThat(model.layers().get(3).attention().kind()).isEqualTo(AttentionKind.GQA);
    check("qwen3-next-80b-a3b", 0, 65_536, 65_536, 0, 0);
    // 2 heads of 256 cached twice, 16 heads of queries
    check("qwen3-next-80b-a3b", 3, 65_536, 65_536, 2 * 2 * 256, 4 * 16 * 256);
  }

  @Test
  void shouldCountPredictionModulesApart() {
    // Given one module in the checkpoint of DeepSeek-V3, none in that of Qwen3
    assertThat(ModelCatalog.bundled().model("deepseek-v3").predictionLayers()).isEqualTo(1);
    assertThat(ModelCatalog.bundled().model("qwen3-32b").predictionLayers()).isZero();
  }

  @Test
  void shouldMultiplyWhatTelemetrySaysOfAType() {
    // Given
    Node node = node(1e9, 1e9);
    Pool pool = Pool.of(List.of(node));
    String type = node.devices().getFirst().type();
    Pool slow = pool.withPhaseScales(Map.of(type, new PhaseScale(1.5, 0.8)));
    DeviceRates usual = DeviceRates.of(node.devices().getFirst(), node, pool, new Assumptions());
    DeviceRates observed = DeviceRates.of(node.devices().getFirst(), node, slow, new Assumptions());
    ModelSpec model = ModelCatalog.bundled().model("deepseek-v3");
    StepCost step = new StepCost(model, new Workload(256, 4096));
    LayerSpec layer = model.layers().get(10);

    // When / Then
    assertThat(step.baseSeconds(layer, observed, Precision.BF16, 8))
        .isCloseTo(1.5 * step.baseSeconds(layer, usual, Precision.BF16, 8), EXACT);
    assertThat(step.workSeconds(layer, observed, Precision.BF16, 8))
        .isCloseTo(1.5 * step.workSeconds(layer, usual, Precision.BF16, 8), EXACT);
    assertThat(step.expertReadSeconds(layer, observed, Precision.BF16))
        .isCloseTo(0.8 * step.expertReadSeconds(layer, usual, Precision.BF16), EXACT);
    assertThat(step.expertTokenSeconds(layer, observed, Precision.BF16))
        .isCloseTo(0.8 * step.expertTokenSeconds(layer, usual, Precision.BF16), EXACT);
  }
}
