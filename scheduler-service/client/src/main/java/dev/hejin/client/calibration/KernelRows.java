package dev.hejin.client.calibration;

import dev.hejin.client.calibration.CsvTable.Row;
import dev.hejin.scheduler.cost.kernel.ExpertFormat;
import dev.hejin.scheduler.cost.kernel.ExpertLayer;
import dev.hejin.scheduler.cost.kernel.ExpertTokens;
import dev.hejin.scheduler.cost.kernel.KernelSample;
import dev.hejin.scheduler.cost.kernel.TokenHistogram;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Rows of the table of expert kernels: one measured MoE layer each, tokens over the EP group. */
final class KernelRows {
  static final String[] COLUMNS = {
    "sys",
    "moe_dtype",
    "num_tokens",
    "hidden_size",
    "inter_size",
    "topk",
    "num_experts",
    "moe_tp_size",
    "moe_ep_size",
    "distribution"
  };
  static final String MEASURED = "latency_ms";

  private static final String SKEWED = "power_law_";
  private static final Pattern EXPONENT = Pattern.compile(SKEWED + "[0-9](\\.[0-9]+)?");

  private final Systems systems;
  private final Map<String, List<TokenHistogram>> spreads = new TreeMap<>();
  private final Map<String, ExpertLayer> layers = new TreeMap<>();
  private final List<LayerSpec> grouped = grouped();

  KernelRows(Systems systems) {
    this.systems = systems;
  }

  /** Expert layers of the catalogue whose routing is limited to groups. */
  private static List<LayerSpec> grouped() {
    List<LayerSpec> found = new ArrayList<>();
    for (String name : ModelCatalog.bundled().names()) {
      ModelSpec model = ModelCatalog.bundled().model(name);
      model.layers().stream()
          .filter(layer -> layer.isMoe() && layer.expertGroupsPerToken() < layer.expertGroups())
          .findFirst()
          .ifPresent(found::add);
    }
    return found;
  }

  /**
   * @throws UnpredictableException when the row cannot be understood
   */
  KernelSample sample(Row row) {
    try {
      ExpertLayer layer = layer(row);
      int tokens = row.count("num_tokens");
      return new KernelSample(
          systems.of(row.text("sys")).kernel(),
          format(row.text("moe_dtype")),
          layer,
          tokens,
          spreads(layer, tokens, row.text("distribution")),
          row.number(MEASURED, 0) / 1e3);
    } catch (IllegalArgumentException e) {
      throw new UnpredictableException(String.valueOf(e.getMessage()));
    }
  }

  /** Rows that share everything but the number of tokens. */
  static String group(Row row) {
    return String.join(
        " ",
        row.text("sys"),
        row.text("moe_dtype"),
        row.text("hidden_size"),
        row.text("inter_size"),
        row.text("num_experts"),
        row.text("moe_tp_size"),
        row.text("moe_ep_size"),
        row.text("distribution"));
  }

  private ExpertLayer layer(Row row) {
    int hidden = row.count("hidden_size");
    int inter = row.count("inter_size");
    int topK = row.count("topk");
    int experts = row.count("num_experts");
    int tp = row.count("moe_tp_size");
    int ep = row.count("moe_ep_size");
    String key = String.join(" ", List.of("" + hidden, "" + inter, "" + topK, "" + experts));
    return layers.computeIfAbsent(
        key + " " + tp + " " + ep,
        ignored -> {
          for (LayerSpec spec : grouped) {
            if (spec.routedExperts() == experts
                && spec.expertsPerToken() == topK
                && spec.expertParameters() == 3L * hidden * inter) {
              return new ExpertLayer(
                  hidden,
                  inter,
                  topK,
                  experts,
                  spec.expertGroups(),
                  spec.expertGroupsPerToken(),
                  tp,
                  ep);
            }
          }
          return new ExpertLayer(hidden, inter, topK, experts, 1, 1, tp, ep);
        });
  }

  private List<TokenHistogram> spreads(ExpertLayer layer, int tokens, String distribution) {
    double exponent = exponent(distribution);
    String key =
        String.join(
            " ",
            String.valueOf(tokens),
            String.valueOf(layer.topK()),
            String.valueOf(layer.experts()),
            String.valueOf(layer.expertParallel()),
            String.valueOf(layer.groups()),
            distribution);
    return spreads.computeIfAbsent(key, ignored -> ExpertTokens.of(layer, tokens, exponent));
  }

  private static double exponent(String distribution) {
    String name = distribution.toLowerCase(Locale.ROOT);
    if (EXPONENT.matcher(name).matches()) {
      return Double.parseDouble(name.substring(SKEWED.length()));
    }
    if (name.equals("balanced") || name.equals("uniform")) {
      return 0;
    }
    throw new UnpredictableException(
        "distribution '" + distribution + "' is none of balanced, uniform, power_law_EXPONENT");
  }

  private static ExpertFormat format(String dtype) {
    String name = dtype.toLowerCase(Locale.ROOT);
    if (name.startsWith("w4a16") || name.startsWith("int4") || name.equals("awq")) {
      return ExpertFormat.INT4_WIDE;
    }
    if (name.startsWith("w4a")) {
      return ExpertFormat.FP4_FP8;
    }
    return switch (name) {
      case "bfloat16", "float16", "bf16", "fp16", "half" -> ExpertFormat.WIDE;
      case "fp8", "int8", "float8", "sq" -> ExpertFormat.FP8;
      case "fp8_block", "fp8_ootb" -> ExpertFormat.FP8_BLOCK;
      case "nvfp4", "fp4", "mxfp4" -> ExpertFormat.FP4;
      default ->
          throw new UnpredictableException(
              "moe_dtype '"
                  + dtype
                  + "' is none of bfloat16, fp8, fp8_block, nvfp4, w4a.., w4a16.., int4..");
    };
  }
}
