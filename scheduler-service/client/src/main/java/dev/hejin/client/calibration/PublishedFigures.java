package dev.hejin.client.calibration;

import dev.hejin.client.calibration.CsvTable.Row;
import dev.hejin.scheduler.cost.calibration.Calibration;
import dev.hejin.scheduler.cost.serving.Engine;
import dev.hejin.scheduler.cost.serving.Layout;
import dev.hejin.scheduler.cost.serving.ServingCase;
import dev.hejin.scheduler.cost.serving.ServingCurve;
import dev.hejin.scheduler.cost.serving.ServingModel;
import dev.hejin.scheduler.cost.serving.WeightFormat;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Published serving figures whose configuration is stated, beside what the model says. Nothing is
 * fitted to them. A figure that leaves batch, length or layout open is listed with what is missing.
 */
final class PublishedFigures {
  private static final String[] COLUMNS = {
    "id",
    "section",
    "kind",
    "source",
    "citation",
    "hw",
    "n_dev",
    "dev_per_node",
    "model",
    "precision",
    "phase",
    "parallelism",
    "batch_per_dev",
    "isl",
    "osl",
    "kv_len",
    "metric",
    "value",
    "needed_inputs",
    "caveat"
  };
  private static final String[][] HARDWARE = {
    {"GB300", "gb300"}, {"GB200", "gb200"}, {"B300", "b300_sxm"}, {"B200", "b200_sxm"},
    {"H800", "h800_sxm"}, {"H200", "h200_sxm"}, {"H100", "h100_sxm"}, {"H20", "h20_sxm"}
  };
  private static final Pattern SIZE = Pattern.compile("\\b(EP|DP|TP)(\\d+)");
  private static final Pattern LEADING = Pattern.compile("^([0-9.]+)");
  private static final double SMALL = 1;

  private final Systems systems = new Systems();
  private final ServingCurve curve;

  PublishedFigures(Calibration calibration) {
    this.curve = calibration.servingCurve();
  }

  /**
   * One figure.
   *
   * @param id of the figure
   * @param what hardware, layout, phase and metric
   * @param measured as published
   * @param predicted by the model; NaN when it cannot be
   * @param missing what the source does not state; empty when nothing
   */
  record Figure(String id, String what, double measured, double predicted, String missing) {}

  /** Figures of the table {@code published/published.csv} of a folder; none without it. */
  List<Figure> figures(Path folder) {
    Path file = folder.resolve("published").resolve("published.csv");
    List<Figure> figures = new ArrayList<>();
    if (!Files.exists(file)) {
      return figures;
    }
    for (Row row : CsvTable.read(file).require(COLUMNS).rows()) {
      String metric = row.text("metric");
      boolean serving = metric.equals("tpot") || metric.startsWith("throughput_per_");
      boolean measured = row.text("kind").equals("measured") || row.text("kind").equals("derived");
      boolean served = row.text("section").equals("1") || row.text("section").equals("2");
      if (serving && measured && served && !row.text("phase").equals("train")) {
        figures.add(figure(row));
      }
    }
    return figures;
  }

  private Figure figure(Row row) {
    String what =
        String.join(
            ", ",
            row.text("hw"),
            row.text("model"),
            row.text("parallelism"),
            row.text("phase"),
            row.text("metric"));
    double measured = row.number("value", Double.NaN);
    try {
      return new Figure(row.text("id"), what, measured, predicted(row), "");
    } catch (UnpredictableException e) {
      return new Figure(row.text("id"), what, measured, Double.NaN, e.reason());
    }
  }

  private double predicted(Row row) {
    ModelSpec model =
        ModelCatalog.bundled()
            .resolve(row.text("model").replaceAll("[/ ].*$", ""))
            .orElseThrow(() -> new UnpredictableException("the model is not in the catalogue"));
    String system = null;
    for (String[] hardware : HARDWARE) {
      if (system == null && row.text("hw").contains(hardware[0])) {
        system = hardware[1];
      }
    }
    if (system == null) {
      throw new UnpredictableException("no curve for an engine on " + row.text("hw"));
    }
    String metric = row.text("metric");
    Layout layout = layout(row);
    boolean prefill = row.text("phase").equals("prefill");
    boolean together = row.text("phase").isEmpty() && metric.equals("tpot");
    double context = row.number("kv_len", row.number("isl", 0));
    if (context <= 0) {
      throw new UnpredictableException("length of the texts");
    }
    ServingCase given =
        new ServingCase(
            ServingModel.of(model),
            systems.of(system).serving(),
            engine(row),
            together,
            context,
            Math.max(SMALL, row.number("osl", SMALL)),
            prefill ? layout.devices() : concurrency(row, layout),
            layout,
            1,
            layout,
            1,
            true,
            row.text("caveat").contains("nomtp"),
            together && fixedLengths(row),
            row.text("needed_inputs").contains("balanced routing"),
            attention(row, model),
            format(row, model),
            format(row, model));
    int perNode = row.countOr("dev_per_node", 8);
    double scale = metric.endsWith("node") ? perNode : 1;
    if (prefill) {
      double requests = Math.max(1, row.number("batch_per_dev", 0) * layout.devices() / context);
      double seconds = curve.prefillSeconds(given, requests);
      return requests * context / (seconds * layout.devices()) * scale;
    }
    double seconds = curve.tokenSeconds(given);
    if (metric.equals("tpot")) {
      return seconds * 1e3;
    }
    return given.concurrency() / layout.devices() / seconds * scale;
  }

  private static Layout layout(Row row) {
    int ep = 0;
    int tp = 1;
    Matcher sizes = SIZE.matcher(row.text("parallelism"));
    while (sizes.find()) {
      int size = Integer.parseInt(sizes.group(2));
      ep = sizes.group(1).equals("EP") ? size : ep;
      tp = sizes.group(1).equals("TP") ? size : tp;
    }
    if (ep == 0 && tp == 1) {
      ep = row.countOr("n_dev", 0);
    }
    if (ep == 0 && tp == 1) {
      throw new UnpredictableException("layout over devices");
    }
    return ep > tp ? new Layout(tp, 1, ep / tp, 1, ep) : new Layout(tp, 1, 1, tp, 1);
  }

  private static double concurrency(Row row, Layout layout) {
    Matcher batch = LEADING.matcher(row.text("batch_per_dev"));
    if (!batch.find()) {
      throw new UnpredictableException("batch");
    }
    double number = Double.parseDouble(batch.group(1));
    return row.text("batch_per_dev").contains("total") ? number : number * layout.devices();
  }

  /** The engine that published it; one of its own is nearest to SGLang, which serves as EP too. */
  private static Engine engine(Row row) {
    String source = (row.text("source") + row.text("id")).toLowerCase(Locale.ROOT);
    if (source.contains("vllm")) {
      return Engine.VLLM;
    }
    return source.contains("trt") ? Engine.TRTLLM : Engine.SGLANG;
  }

  /**
   * vLLM's own benchmark gives all requests the stated lengths and lets a fixed number of them be
   * under way ("vllm bench serve --dataset-name random --ignore-eos", in the source of these rows).
   */
  private static boolean fixedLengths(Row row) {
    return engine(row) == Engine.VLLM;
  }

  private static WeightFormat attention(Row row, ModelSpec model) {
    boolean stated = row.text("precision").toUpperCase(Locale.ROOT).contains("FP8 ATTN");
    return stated ? WeightFormat.BYTE : ServingRows.attention(format(row, model), model);
  }

  private static WeightFormat format(Row row, ModelSpec model) {
    String precision = row.text("precision").toUpperCase(Locale.ROOT);
    if (precision.contains("FP4")) {
      return WeightFormat.NARROW;
    }
    boolean native8 = precision.isEmpty() && model.nativePrecision().bits() == 8;
    boolean stated8 = precision.contains("FP8") || precision.contains("INT8");
    return native8 || stated8 ? WeightFormat.BYTE : WeightFormat.WIDE;
  }
}
