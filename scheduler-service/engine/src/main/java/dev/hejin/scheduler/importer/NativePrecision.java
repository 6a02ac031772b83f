package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.Precision;
import java.util.List;

/**
 * Formats of the published weights.
 *
 * @param dense of everything but routed experts
 * @param expert of routed experts
 * @param assumptions what was not written in the config
 */
record NativePrecision(Precision dense, Precision expert, List<String> assumptions) {

  /**
   * Reads the formats.
   *
   * @param root the whole document: quantisation is stated there
   * @param text the part that describes the language model; the root itself when not nested
   */
  static NativePrecision read(HuggingFaceConfig root, HuggingFaceConfig text) {
    HuggingFaceConfig typed = text.has(typeField(text)) ? text : root;
    boolean stated = typed.has(typeField(typed));
    Precision dense = stated ? type(typed, typeField(typed)) : Precision.BF16;
    Precision expert = dense;
    HuggingFaceConfig quantised = text.has("quantization_config") ? text : root;
    boolean wholeModel = false;
    if (quantised.has("quantization_config")) {
      HuggingFaceConfig quantization = quantised.object("quantization_config");
      Precision format = method(quantization);
      // MXFP4 checkpoints hold experts in four bits and leave the rest as it was trained.
      wholeModel = format != Precision.FP4;
      dense = wholeModel ? format : dense;
      expert = format;
    }
    if (text.has("expert_dtype")) {
      expert = type(text, "expert_dtype");
    }
    List<String> assumptions =
        stated || wholeModel
            ? List.of()
            : List.of("no torch_dtype in the config: dense weights taken as BF16");
    return new NativePrecision(dense, expert, assumptions);
  }

  private static String typeField(HuggingFaceConfig config) {
    return config.firstOf("torch_dtype", "dtype");
  }

  private static Precision type(HuggingFaceConfig config, String field) {
    String type = config.text(field).orElseThrow(() -> config.missing(field));
    return switch (type) {
      case "bfloat16" -> Precision.BF16;
      case "float16" -> Precision.FP16;
      case "float32" -> Precision.FP32;
      case "fp8", "float8_e4m3fn", "float8_e5m2" -> Precision.FP8;
      case "fp4", "mxfp4" -> Precision.FP4;
      case "int8" -> Precision.INT8;
      default ->
          throw config.refuse(
              field,
              ", a format that is not known here",
              "use one of bfloat16, float16, float32, fp8, fp4, int8.");
    };
  }

  private static Precision method(HuggingFaceConfig quantization) {
    String method =
        quantization.text("quant_method").orElseThrow(() -> quantization.missing("quant_method"));
    return switch (method) {
      case "fp8" -> Precision.FP8;
      case "mxfp4" -> Precision.FP4;
      case "awq", "gptq" ->
          quantization.integer("bits", 4, 8) == 4 ? Precision.INT4 : Precision.INT8;
      default ->
          throw quantization.refuse(
              "quant_method",
              ", a method that is not known here",
              "import the unquantised repository, or one quantised with fp8, mxfp4, awq or gptq.");
    };
  }
}
