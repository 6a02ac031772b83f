package dev.hejin.scheduler.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.AttentionSpec;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelImporterTest {
  private static final int ALL = Integer.MAX_VALUE;

  private static ModelSpec model(String name) {
    return ModelCatalog.bundled().model(name);
  }

  /** A small Llama-like config under a type of its own. */
  static Map<String, Object> small(String modelType) {
    Map<String, Object> config = new HashMap<>();
    config.put("model_type", modelType);
    config.put("architectures", List.of("SomethingForCausalLM"));
    config.put("hidden_size", 64);
    config.put("num_hidden_layers", 4);
    config.put("num_attention_heads", 8);
    config.put("num_key_value_heads", 2);
    config.put("intermediate_size", 128);
    config.put("vocab_size", 1000);
    config.put("torch_dtype", "bfloat16");
    return config;
  }

  @ParameterizedTest
  @CsvSource({
    "deepseek-v3, 70272",
    "kimi-k2, 70272",
    // 61 layers x (576 latent + 128 index key) x 2 bytes
    "deepseek-v3.2, 85888",
    // 80 layers x 2 x 8 heads x 128 x 2 bytes
    "llama-3.1-70b, 327680",
    "qwen3-235b-a22b, 192512"
  })
  void shouldCountCacheOfOneToken(String name, double bytes) {
    // When
    ModelSpec model = model(name);

    // Then
    assertThat(model.kvPrecision()).isEqualTo(Precision.BF16);
    assertThat(model.kvBytesPerToken()).isEqualTo(bytes);
  }

  /** vllm.ai/blog/deepseek-v4: 9.62 GiB of BF16 cache for a sequence of 2^20 tokens. */
  @Test
  void shouldCountCompressedCacheAsServed() {
    // Given
    ModelSpec model = model("deepseek-v4-pro");

    // When
    double gibibytes = model.kvBytesPerToken() * (1 << 20) / (1 << 30);

    // Then
    assertThat(gibibytes).isCloseTo(9.62, within(0.01));
  }

  @Test
  void shouldReadLatentAttention() {
    // When
    ModelSpec model = model("deepseek-v3");

    // Then
    AttentionSpec attention = model.layers().getFirst().attention();
    assertThat(attention.kind()).isEqualTo(AttentionKind.MLA);
    assertThat(attention.flopsPerContextToken()).isEqualTo(128 * (2 * 512 + 64) * 2);
    assertThat(attention.windowTokens()).isEqualTo(ALL);
    assertThat(model.layers().get(2).isMoe()).isFalse();
    LayerSpec moe = model.layers().get(3);
    assertThat(moe.routedExperts()).isEqualTo(256);
    assertThat(moe.expertsPerToken()).isEqualTo(8);
    assertThat(moe.expertGroups()).isEqualTo(8);
    assertThat(moe.expertGroupsPerToken()).isEqualTo(4);
    assertThat(moe.expertParameters()).isEqualTo(3L * 7168 * 2048);
    assertThat(moe.denseParameters()).isEqualTo(moe.expertParameters());
    assertThat(moe.routerParameters()).isEqualTo(7168L * 256 + 256);
    assertThat(model.predictionLayers()).isEqualTo(1);
    assertThat(model.nativePrecision()).isEqualTo(Precision.FP8);
    assertThat(model.assumptions()).isEmpty();
  }

  @Test
  void shouldBoundMainAttentionByIndexer() {
    // When
    ModelSpec plain = model("deepseek-v3");
    ModelSpec sparse = model("deepseek-v3.2");

    // Then
    AttentionSpec attention = sparse.layers().getFirst().attention();
    assertThat(attention.windowTokens()).isEqualTo(2048);
    assertThat(attention.kvElementsPerToken()).isEqualTo(576 + 128);
    long indexer = 1536L * 64 * 128 + 7168L * 128 + 2 * 128 + 7168L * 64;
    assertThat(attention.parameters())
        .isEqualTo(plain.layers().getFirst().attention().parameters() + indexer);
    assertThat(sparse.assumptions()).anyMatch(text -> text.contains("16384 operations"));
  }

  @Test
  void shouldReadCompressedLayers() {
    // When
    ModelSpec model = model("deepseek-v4-pro");

    // Then
    AttentionSpec heavy = model.layers().get(0).attention();
    AttentionSpec indexed = model.layers().get(2).attention();
    assertThat(model.layers()).hasSize(61).allMatch(LayerSpec::isMoe);
    assertThat(heavy.kind()).isEqualTo(AttentionKind.COMPRESSED);
    assertThat(heavy.kvElementsPerToken()).isEqualTo(4);
    assertThat(heavy.windowTokens()).isEqualTo(ALL);
    assertThat(indexed.kvElementsPerToken()).isEqualTo(128 + 32);
    assertThat(indexed.windowTokens()).isEqualTo(1024 * 4);
    assertThat(indexed.flopsPerContextToken()).isEqualTo(128 * 512 * 4 / 4.0);
    // Hash layers route by table and have no correction bias.
    assertThat(model.layers().get(3).routerParameters())
        .isEqualTo(model.layers().get(2).routerParameters() + 384);
    assertThat(model.nativePrecision()).isEqualTo(Precision.FP8);
    assertThat(model.nativeExpertPrecision()).isEqualTo(Precision.FP4);
    assertThat(model.assumptions()).hasSize(4);
  }

  @Test
  void shouldReadSlidingLayersOfGptOss() {
    // When
    ModelSpec model = model("gpt-oss-120b");

    // Then
    AttentionSpec sliding = model.layers().get(0).attention();
    assertThat(sliding.windowTokens()).isEqualTo(128);
    assertThat(model.layers().get(1).attention().windowTokens()).isEqualTo(ALL);
    long weights = 2880L * (2 * 4096 + 2 * 512);
    assertThat(sliding.parameters()).isEqualTo(weights + 4096 + 2 * 512 + 2880 + 64);
    assertThat(model.layers().get(0).expertParameters())
        .isEqualTo(3L * 2880 * 2880 + 2 * 2880 + 2880);
    assertThat(model.nativePrecision()).isEqualTo(Precision.BF16);
    assertThat(model.nativeExpertPrecision()).isEqualTo(Precision.FP4);
  }

  @Test
  void shouldReadInterleavedLayersOfLlama4() {
    // When
    ModelSpec model = model("llama-4-maverick");

    // Then
    assertThat(model.layers().get(0).isMoe()).isFalse();
    assertThat(model.layers().get(0).denseParameters()).isEqualTo(3L * 5120 * 16384);
    assertThat(model.layers().get(1).routedExperts()).isEqualTo(128);
    assertThat(model.layers().get(1).denseParameters()).isEqualTo(3L * 5120 * 8192);
    assertThat(model.layers().stream().map(l -> l.attention().windowTokens()).limit(4))
        .containsExactly(8192, 8192, 8192, ALL);
    assertThat(model.assumptions()).anyMatch(text -> text.contains("text_config"));
  }

  @Test
  void shouldReadNormsOfWholeLayersInMiniMax() {
    // When
    ModelSpec model = model("minimax-m2.5");

    // Then
    long weights = 3072L * (2 * 48 * 128 + 2 * 8 * 128);
    assertThat(model.layers().getFirst().attention().parameters())
        .isEqualTo(weights + 48 * 128 + 8 * 128);
    assertThat(model.predictionLayers()).isEqualTo(3);
    assertThat(model.nativeExpertPrecision()).isEqualTo(Precision.FP8);
  }

  @Test
  void shouldKeepNamedLayersOfQwenDense() {
    // Given
    Map<String, Object> config = small("qwen3_moe");
    config.put("num_experts", 16);
    config.put("num_experts_per_tok", 2);
    config.put("moe_intermediate_size", 32);
    config.put("mlp_only_layers", List.of(3));
    config.put("decoder_sparse_step", 2);

    // When
    ModelSpec model = ModelImporter.fromConfig("small", config);

    // Then
    assertThat(model.layers().stream().map(LayerSpec::isMoe))
        .containsExactly(false, true, false, false);
    assertThat(model.layers().getFirst().attention().parameters())
        .isEqualTo(64L * (2 * 64 + 2 * 16) + 2 * 8);
  }

  @Test
  void shouldGuessLlamaLikeModelAndSaySo() {
    // When
    ModelSpec model = ModelImporter.fromConfig("small", small("homemade"));

    // Then
    assertThat(model.isMoe()).isFalse();
    assertThat(model.assumptions()).anyMatch(text -> text.contains("'homemade' is not known"));
    assertThat(model.totalParameters())
        .isEqualTo(2L * 64 * 1000 + 64 + 4L * (64 * (2 * 64 + 2 * 16) + 3 * 64 * 128 + 2 * 64));
  }

  @Test
  void shouldGuessMixtralLikeModel() {
    // Given
    Map<String, Object> config = small("homemade");
    config.put("num_local_experts", 8);
    config.put("num_experts_per_tok", 2);

    // When
    ModelSpec model = ModelImporter.fromConfig("small", config);

    // Then
    assertThat(model.layers()).allMatch(layer -> layer.routedExperts() == 8);
    assertThat(model.assumptions()).isNotEmpty();
  }

  @Test
  void shouldFindFamilyByArchitecture() {
    // Given
    Map<String, Object> config = small("");
    config.remove("model_type");
    config.put("architectures", List.of("Qwen3ForCausalLM"));

    // When
    ModelSpec model = ModelImporter.fromConfig("small", config);

    // Then
    assertThat(model.assumptions()).isEmpty();
    assertThat(model.architecture()).isEqualTo("Qwen3ForCausalLM");
  }

  @Test
  void shouldHoldTiedEmbeddingOnce() {
    // Given
    Map<String, Object> config = small("llama");
    config.put("tie_word_embeddings", true);

    // When
    ModelSpec model = ModelImporter.fromConfig("small", config);

    // Then
    assertThat(model.headParameters()).isZero();
  }

  @Test
  void shouldReadFourBitIntegers() {
    // Given
    Map<String, Object> config = small("llama");
    config.put("quantization_config", Map.of("quant_method", "awq", "bits", 4));

    // When
    ModelSpec model = ModelImporter.fromConfig("small", config);

    // Then
    assertThat(model.nativePrecision()).isEqualTo(Precision.INT4);
  }

  @Test
  void shouldTreatNullAsAbsent() {
    // Given
    Map<String, Object> config = small("mixtral");
    config.put("num_local_experts", 8L);
    config.put("num_experts_per_tok", 2.0);
    config.put("sliding_window", null);
    config.put("quantization_config", null);

    // When
    ModelSpec model = ModelImporter.fromConfig("small", config);

    // Then
    assertThat(model.layers().getFirst().attention().windowTokens()).isEqualTo(ALL);
  }
}
