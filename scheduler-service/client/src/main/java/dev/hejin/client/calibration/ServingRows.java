package dev.hejin.client.calibration;

import dev.hejin.client.calibration.CsvTable.Row;
import dev.hejin.scheduler.cost.serving.Engine;
import dev.hejin.scheduler.cost.serving.Layout;
import dev.hejin.scheduler.cost.serving.ServingCase;
import dev.hejin.scheduler.cost.serving.ServingModel;
import dev.hejin.scheduler.cost.serving.ServingSample;
import dev.hejin.scheduler.cost.serving.WeightFormat;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows of the table of end-to-end serving points.
 *
 * <p>What the table leaves open is read as follows. Concurrency is the batch times data-parallel
 * groups and workers; where no batch is stated, the number after {@code _c} in the id. An
 * aggregated layout whose tensor parallelism is the square of its expert parallelism (64 for TP8
 * EP8) was multiplied when the source was parsed, and is read as the square root. A blank precision
 * is what the name says, else what the model is published in.
 */
final class ServingRows {
  static final String[] COLUMNS = {
    "backend",
    "model_path",
    "system",
    "mode",
    "isl",
    "osl",
    "batch_size",
    "tp_size",
    "pp_size",
    "attention_dp_size",
    "moe_tp_size",
    "moe_ep_size"
  };
  static final String TOKEN = "silicon_tpot_ms";
  static final String FIRST = "silicon_ttft_ms";

  private static final Pattern CONCURRENCY = Pattern.compile("_c(\\d+)(?=_|$)");

  private final Systems systems;
  private final Map<String, Optional<ModelSpec>> models = new TreeMap<>();
  private final Map<String, ServingModel> shapes = new TreeMap<>();

  ServingRows(Systems systems) {
    this.systems = systems;
  }

  /**
   * @throws UnpredictableException when the row cannot be understood
   */
  ServingSample sample(Row row) {
    String path = row.text("model_path");
    ModelSpec model =
        models
            .computeIfAbsent(path, ModelCatalog.bundled()::resolve)
            .orElseThrow(
                () ->
                    new UnpredictableException(
                        "model '"
                            + path
                            + "' is not in the catalogue of "
                            + ModelCatalog.bundled().names().size()
                            + " models"));
    Engine engine =
        Engine.of(row.text("backend"))
            .orElseThrow(
                () ->
                    new UnpredictableException(
                        "backend '" + row.text("backend") + "' is none of vllm, sglang, trtllm"));
    try {
      ServingCase given = given(row, model, engine);
      return new ServingSample(given, row.number(TOKEN, 0) / 1e3, row.number(FIRST, 0) / 1e3);
    } catch (IllegalArgumentException e) {
      throw new UnpredictableException(String.valueOf(e.getMessage()));
    }
  }

  private ServingCase given(Row row, ModelSpec model, Engine engine) {
    ServingModel shape =
        shapes.computeIfAbsent(row.text("model_path"), ignored -> ServingModel.of(model));
    boolean aggregated = !row.text("mode").toLowerCase(Locale.ROOT).startsWith("disagg");
    Layout layout = layout(row, aggregated ? "" : "decode_", aggregated, shape.experts() > 0);
    Layout prefill = aggregated ? layout : layout(row, "prefill_", false, shape.experts() > 0);
    int workers = aggregated ? 1 : row.countOr("decode_num_workers", 1);
    int prefillWorkers = aggregated ? 1 : row.countOr("prefill_num_workers", 1);
    String precision = row.text("precision");
    String gemm = row.text("gemm_quant_mode");
    WeightFormat format = format(gemm.isEmpty() ? precision : gemm, row, model, false);
    String moe = row.text("moe_quant_mode");
    WeightFormat expertFormat =
        format(moe.isEmpty() ? (precision.isEmpty() ? gemm : precision) : moe, row, model, true);
    return new ServingCase(
        shape,
        systems.of(row.text("system")).serving(),
        engine,
        aggregated,
        row.number("isl", 0),
        row.number("osl", 0),
        concurrency(row, aggregated, layout.dataParallel() * workers),
        layout,
        workers,
        prefill,
        prefillWorkers,
        aggregated || row.countOr("decode_num_workers", 0) > 0,
        false,
        false,
        false,
        attention(format, model),
        format,
        expertFormat);
  }

  private static double concurrency(Row row, boolean aggregated, int replicas) {
    Matcher named = CONCURRENCY.matcher(row.text("id"));
    double batch = row.number(aggregated ? "batch_size" : "decode_batch_size", 0);
    if (aggregated && batch > 0) {
      return batch * row.countOr("attention_dp_size", 1);
    }
    if (named.find()) {
      return Double.parseDouble(named.group(1));
    }
    if (batch > 0) {
      return batch * replicas;
    }
    throw new UnpredictableException("the concurrency is in neither batch_size nor id");
  }

  private static Layout layout(Row row, String prefix, boolean mayBeSquare, boolean experts) {
    int tp = row.countOr(prefix + "tp_size", 1);
    int dp = row.countOr(prefix + "attention_dp_size", 1);
    int moeTp = experts ? row.countOr(prefix + "moe_tp_size", 1) : 1;
    int moeEp = experts ? row.countOr(prefix + "moe_ep_size", 1) : 1;
    int pp = row.countOr(prefix + "pp_size", 1);
    if (mayBeSquare && moeEp > 1 && moeTp == moeEp) {
      if (tp == moeTp * moeEp && dp == 1) {
        tp = moeEp;
        moeTp = 1;
      } else if (dp == moeTp * moeEp && tp == 1) {
        dp = moeEp;
        moeTp = 1;
      }
    }
    if (experts && moeTp * moeEp == 1 && tp * dp > 1) {
      moeTp = tp * dp;
    }
    return new Layout(tp, pp, dp, moeTp, moeEp);
  }

  /**
   * Format of attention's projections: 4-bit checkpoints of models with latent attention keep them
   * in 16 bits (NVIDIA/TensorRT-LLM, technical blog 1, precision strategy; the model card of
   * nvidia/DeepSeek-R1-NVFP4-v2 tells that its forerunner quantised none of them).
   */
  static WeightFormat attention(WeightFormat stated, ModelSpec model) {
    boolean latent =
        model.layers().stream().anyMatch(l -> l.attention().kind() == AttentionKind.MLA);
    return latent && stated == WeightFormat.NARROW ? WeightFormat.WIDE : stated;
  }

  private static WeightFormat format(String mode, Row row, ModelSpec model, boolean experts) {
    String text = mode.isEmpty() ? row.text("model_path") : mode;
    String name = text.toLowerCase(Locale.ROOT);
    if (name.contains("w4a16")
        || name.contains("int4")
        || name.contains("awq")
        || name.contains("gptq")) {
      return WeightFormat.NARROW_WIDE;
    }
    if (name.contains("fp4") || name.contains("w4a")) {
      return WeightFormat.NARROW;
    }
    if (name.contains("fp8") || name.contains("int8") || name.contains("w8a8")) {
      return WeightFormat.BYTE;
    }
    if (name.contains("bf16")
        || name.contains("bfloat16")
        || name.contains("fp16")
        || name.contains("float16")) {
      return WeightFormat.WIDE;
    }
    if (!mode.isEmpty()) {
      throw new UnpredictableException("quantisation '" + mode + "' is not known");
    }
    Precision precision = experts ? model.nativeExpertPrecision() : model.nativePrecision();
    return switch (precision.bits()) {
      case 4 -> WeightFormat.NARROW;
      case 8 -> WeightFormat.BYTE;
      default -> WeightFormat.WIDE;
    };
  }

  /** Configurations to choose from: one model on as many devices of a kind, one length of text. */
  static String group(Row row, ServingSample sample) {
    Layout layout = sample.given().layout();
    int devices = layout.devices() * sample.given().workers();
    return String.join(
        " ",
        row.text("model_path"),
        row.text("system"),
        String.valueOf(devices),
        row.text("isl"),
        row.text("osl"));
  }
}
