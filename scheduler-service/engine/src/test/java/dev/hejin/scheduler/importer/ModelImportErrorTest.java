package dev.hejin.scheduler.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelImportErrorTest {

  private static Map<String, Object> catalogued(String name) {
    return new HashMap<>(CatalogEntry.load(name).config());
  }

  private static ModelImportException refusal(Object tree) {
    return Objects.requireNonNull(
        catchThrowableOfType(
            ModelImportException.class, () -> ModelImporter.fromTree("broken", tree)));
  }

  static Stream<Object> otherThanObjects() {
    return Stream.of(List.of(1, 2), "config.json", 7, true);
  }

  @ParameterizedTest
  @MethodSource("otherThanObjects")
  void shouldRefuseWhatIsNotAnObject(Object tree) {
    // When
    ModelImportException refusal = refusal(tree);

    // Then
    assertThat(refusal.field()).isEqualTo("(root)");
    assertThat(refusal).hasMessageContaining("not an object").hasMessageContaining("\nMaybe ");
  }

  @Test
  void shouldRefuseNothing() {
    // When, then
    assertThatThrownBy(() -> ModelImporter.fromTree("broken", null))
        .isInstanceOf(ModelImportException.class)
        .hasMessageContaining("is nothing, not an object");
  }

  @Test
  void shouldRefuseEmptyObject() {
    // When
    ModelImportException refusal = refusal(Map.of());

    // Then
    assertThat(refusal.field()).isEqualTo("architectures");
  }

  @Test
  void shouldNameSupportedTypesForUnknownOne() {
    // Given
    Map<String, Object> config = ModelImporterTest.small("mamba");
    config.remove("num_key_value_heads");

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo("model_type");
    assertThat(refusal)
        .hasMessageContaining("'mamba'")
        .hasMessageContaining("deepseek_v3")
        .hasMessageContaining("gpt_oss")
        .hasMessageContaining("\nMaybe ");
  }

  @Test
  void shouldNotGuessWhenForeignMechanismIsNamed() {
    // Given
    Map<String, Object> config = ModelImporterTest.small("homemade");
    config.put("kv_lora_rank", 512);

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo("model_type");
  }

  @Test
  void shouldNotGuessWhenExpertsAreHalfDescribed() {
    // Given
    Map<String, Object> config = ModelImporterTest.small("homemade");
    config.put("num_experts", 8);

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo("model_type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hidden_size",
        "num_hidden_layers",
        "vocab_size",
        "num_attention_heads",
        "kv_lora_rank",
        "qk_rope_head_dim",
        "qk_nope_head_dim",
        "v_head_dim",
        "moe_intermediate_size",
        "intermediate_size",
        "num_experts_per_tok"
      })
  void shouldNameMissingField(String field) {
    // Given
    Map<String, Object> config = catalogued("deepseek-v3");
    config.remove(field);

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(refusal)
        .hasMessageContaining("'" + field + "' is missing")
        .hasMessageContaining("\nMaybe it stands at the top level of config.json");
  }

  @Test
  void shouldNamePlaceOfMissingNestedField() {
    // Given
    Map<String, Object> config = catalogued("llama-4-maverick");
    Map<String, Object> text = new HashMap<>((Map<String, Object>) nested(config));
    text.remove("intermediate_size_mlp");
    config.put("text_config", text);

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo("text_config.intermediate_size_mlp");
    assertThat(refusal).hasMessageContaining("inside 'text_config'");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> nested(Map<String, Object> config) {
    return (Map<String, Object>) Objects.requireNonNull(config.get("text_config"));
  }

  static Stream<Arguments> badValues() {
    return Stream.of(
        // Wrong types.
        Arguments.of("hidden_size", "7168"),
        Arguments.of("hidden_size", 7168.5),
        Arguments.of("hidden_size", Double.NaN),
        Arguments.of("hidden_size", List.of(7168)),
        Arguments.of("num_hidden_layers", Map.of()),
        Arguments.of("attention_bias", "false"),
        Arguments.of("model_type", 3),
        Arguments.of("architectures", "DeepseekV3ForCausalLM"),
        Arguments.of("architectures", List.of(1)),
        Arguments.of("quantization_config", "fp8"),
        Arguments.of("torch_dtype", "posit16"),
        // Out of bounds.
        Arguments.of("hidden_size", -1),
        Arguments.of("hidden_size", 0),
        Arguments.of("num_hidden_layers", 1_000_000_000_000L),
        Arguments.of("num_hidden_layers", BigInteger.TEN.pow(40)),
        Arguments.of("vocab_size", -5),
        Arguments.of("n_routed_experts", 0),
        Arguments.of("num_experts_per_tok", 0),
        Arguments.of("kv_lora_rank", Long.MAX_VALUE),
        Arguments.of("moe_intermediate_size", 1e300),
        Arguments.of("num_nextn_predict_layers", -1),
        // Contradictions.
        Arguments.of("num_experts_per_tok", 257),
        Arguments.of("n_group", 7),
        Arguments.of("topk_group", 9),
        Arguments.of("first_k_dense_replace", 62));
  }

  @ParameterizedTest
  @MethodSource("badValues")
  void shouldNameFieldOfBadValue(String field, Object value) {
    // Given
    Map<String, Object> config = catalogued("deepseek-v3");
    config.put(field, value);

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(refusal).hasMessageContaining(field).hasMessageContaining("\nMaybe ");
  }

  static Stream<Arguments> badValuesOfOthers() {
    return Stream.of(
        Arguments.of("llama-3.1-70b", "num_key_value_heads", 7),
        Arguments.of("llama-3.1-70b", "num_attention_heads", 72),
        Arguments.of("gpt-oss-120b", "layer_types", List.of("full_attention")),
        Arguments.of("gpt-oss-120b", "layer_types", Collections.nCopies(36, "linear_attention")),
        Arguments.of("qwen3-30b-a3b", "mlp_only_layers", List.of(48)),
        Arguments.of("deepseek-v4-pro", "compress_ratios", List.of(4, 128)),
        Arguments.of("deepseek-v4-pro", "compress_ratios", Collections.nCopies(61, 16)),
        Arguments.of("deepseek-v4-pro", "num_key_value_heads", 2),
        Arguments.of("deepseek-v4-pro", "o_groups", 24),
        Arguments.of("deepseek-v4-pro", "num_hash_layers", 62),
        Arguments.of("llama-4-maverick", "text_config", List.of()));
  }

  @ParameterizedTest
  @MethodSource("badValuesOfOthers")
  void shouldNameFieldOfContradiction(String name, String field, Object value) {
    // Given
    Map<String, Object> config = catalogued(name);
    config.put(field, value);

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo(field);
    assertThat(refusal).hasMessageContaining(field).hasMessageContaining("\nMaybe ");
  }

  @Test
  void shouldRefuseUnknownQuantisation() {
    // Given
    Map<String, Object> config = catalogued("deepseek-v3");
    config.put("quantization_config", Map.of("quant_method", "bitnet"));

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo("quantization_config.quant_method");
  }

  @Test
  void shouldRefuseNullInsideList() {
    // Given
    Map<String, Object> config = catalogued("gpt-oss-120b");
    List<Object> types = new ArrayList<>(Collections.nCopies(36, "full_attention"));
    types.set(5, null);
    config.put("layer_types", types);

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal.field()).isEqualTo("layer_types");
  }

  @Test
  void shouldRefuseAbsurdTotal() {
    // Given
    Map<String, Object> config = catalogued("deepseek-v3");
    config.put("hidden_size", 1 << 20);
    config.put("moe_intermediate_size", 1 << 20);
    config.put("n_routed_experts", 1 << 16);

    // When
    ModelImportException refusal = refusal(config);

    // Then
    assertThat(refusal).hasMessageContaining("digit too many");
  }
}
