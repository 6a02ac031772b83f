package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Hugging Face {@code config.json} that the caller has parsed into maps, lists, texts,
 * numbers and booleans.
 *
 * <p>Counted: every weight of the language model, scales of quantised blocks excepted. Multi-token
 * prediction modules are named but not counted. The cache is taken to be BF16.
 *
 * <p>A model type that is not known is read as a Llama-like model when its config has all the
 * fields for that and none that speaks against it; the model then says so in its assumptions.
 */
public final class ModelImporter {
  /** Above this a file is damaged: six hundred times the largest published model. */
  private static final double MOST_PARAMETERS = 1e15;

  private static final Map<String, ModelFamily> FAMILIES = families();

  /** Fields without which a guess would be blind. */
  private static final List<String> LLAMA_FIELDS =
      List.of(
          "hidden_size",
          "num_hidden_layers",
          "num_attention_heads",
          "num_key_value_heads",
          "intermediate_size",
          "vocab_size");

  /** Fields of mechanisms that a Llama-like model does not have. */
  private static final List<String> FOREIGN_FIELDS =
      List.of(
          "kv_lora_rank",
          "compress_ratios",
          "index_topk",
          "first_k_dense_replace",
          "n_shared_experts",
          "hc_mult",
          "linear_num_key_heads",
          "linear_attn_config",
          "mamba_d_state",
          "ssm_cfg",
          "is_encoder_decoder");

  private ModelImporter() {}

  /** Model types that are read without guessing. */
  public static List<String> supportedModelTypes() {
    return List.copyOf(FAMILIES.keySet());
  }

  /**
   * Imports a parsed document of unknown form.
   *
   * @throws ModelImportException also when the document is not an object
   */
  public static ModelSpec fromTree(String name, @Nullable Object tree) {
    return read(name, HuggingFaceConfig.of(tree));
  }

  /**
   * Imports a model.
   *
   * @param name the model's name in plans and reports
   * @param config the parsed config.json
   * @throws ModelImportException naming the field that is missing, of a wrong type, absurd,
   *     contradictory or not supported
   */
  public static ModelSpec fromConfig(String name, Map<String, ?> config) {
    return fromTree(name, config);
  }

  private static ModelSpec read(String name, HuggingFaceConfig root) {
    HuggingFaceConfig text = root.has("text_config") ? root.object("text_config") : root;
    ModelFamily family = family(root, text);
    Shape shape = Shape.read(root, text);
    NativePrecision precision = NativePrecision.read(root, text);
    ImportedLayers imported = family.read(text, shape);
    checkSize(root, imported.layers());
    List<String> assumptions = new ArrayList<>(imported.assumptions());
    assumptions.addAll(precision.assumptions());
    if (text != root) {
      assumptions.add("only the language model is counted: what stands outside text_config is not");
    }
    return new ModelSpec(
        name,
        architecture(root).or(() -> architecture(text)).orElseGet(() -> modelType(root, text)),
        shape.hidden(),
        shape.vocabulary(),
        shape.tied(),
        precision.dense(),
        precision.expert(),
        Precision.BF16,
        imported.layers(),
        imported.predictionLayers(),
        imported.extraParameters(),
        assumptions);
  }

  private static void checkSize(HuggingFaceConfig root, List<LayerSpec> layers) {
    double total = 0;
    for (LayerSpec layer : layers) {
      total += layer.baseParameters() + (double) layer.routedExperts() * layer.expertParameters();
    }
    if (total > MOST_PARAMETERS) {
      throw root.refuse(
          root.has("text_config") ? "text_config" : "num_hidden_layers",
          ", and the layers have " + total + " weights, more than " + MOST_PARAMETERS,
          "a width or a number of experts has a digit too many.");
    }
  }

  private static ModelFamily family(HuggingFaceConfig root, HuggingFaceConfig text) {
    List<String> candidates = new ArrayList<>();
    text.text("model_type").ifPresent(candidates::add);
    root.text("model_type").ifPresent(candidates::add);
    if (candidates.isEmpty()) {
      architecture(root).flatMap(ModelImporter::typeOfArchitecture).ifPresent(candidates::add);
    }
    for (String candidate : candidates) {
      ModelFamily family = FAMILIES.get(candidate);
      if (family != null) {
        return family;
      }
    }
    String type = modelType(root, text);
    if (looksLikeLlama(text)) {
      return GroupedFamily.guess(type);
    }
    String field =
        root.has("model_type") || text.has("model_type") ? "model_type" : "architectures";
    throw new ModelImportException(
        field,
        field
            + " is '"
            + type
            + "', which is not supported; supported are "
            + String.join(", ", FAMILIES.keySet()),
        "it is close to one of these: copy the file and name that type. A Llama-like model of any"
            + " type needs the fields "
            + String.join(", ", LLAMA_FIELDS)
            + ".");
  }

  private static boolean looksLikeLlama(HuggingFaceConfig config) {
    if (FOREIGN_FIELDS.stream().anyMatch(config::has)
        || !LLAMA_FIELDS.stream().allMatch(config::has)) {
      return false;
    }
    return !Experts.stated(config) || config.has(config.firstOf(Experts.PER_TOKEN_FIELDS));
  }

  private static String modelType(HuggingFaceConfig root, HuggingFaceConfig text) {
    return text.text("model_type")
        .or(() -> root.text("model_type"))
        .or(() -> architecture(root))
        .orElse("");
  }

  private static Optional<String> architecture(HuggingFaceConfig config) {
    if (!config.has("architectures")) {
      return Optional.empty();
    }
    List<String> names = config.texts("architectures");
    return names.isEmpty() ? Optional.empty() : Optional.of(names.getFirst());
  }

  private static Optional<String> typeOfArchitecture(String architecture) {
    String stem = architecture.replace("ForCausalLM", "").replace("ForConditionalGeneration", "");
    return FAMILIES.keySet().stream()
        .filter(type -> type.replace("_", "").equals(stem.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  private static Map<String, ModelFamily> families() {
    LatentFamily latent = new LatentFamily();
    InterleavedFamily interleaved = new InterleavedFamily();
    Map<String, ModelFamily> families = new LinkedHashMap<>();
    families.put("deepseek_v2", latent);
    families.put("deepseek_v3", latent);
    families.put("deepseek_v32", latent);
    families.put("deepseek_v4", new CompressedFamily());
    families.put("glm4_moe", GroupedFamily.GLM4_MOE);
    families.put("glm4_moe_lite", latent);
    families.put("glm_moe_dsa", latent);
    families.put("kimi_k2", latent);
    families.put("gpt_oss", GroupedFamily.GPT_OSS);
    families.put("llama", GroupedFamily.LLAMA);
    families.put("llama4", interleaved);
    families.put("llama4_text", interleaved);
    families.put("minimax_m2", GroupedFamily.MINIMAX);
    families.put("mistral", GroupedFamily.LLAMA);
    families.put("mixtral", GroupedFamily.MIXTRAL);
    families.put("qwen2", GroupedFamily.QWEN2);
    families.put("qwen3", GroupedFamily.QWEN3);
    families.put("qwen3_5_moe", new HybridFamily());
    families.put("qwen3_5_moe_text", new HybridFamily());
    families.put("qwen3_moe", GroupedFamily.QWEN3_MOE);
    families.put("qwen3_next", new HybridFamily());
    return families;
  }
}
