package dev.hejin.client.calibration;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.calibration.CsvTable.Row;
import dev.hejin.client.calibration.MeasuredTables.Measured;
import dev.hejin.scheduler.cost.collective.DispatchCurve;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import dev.hejin.scheduler.cost.kernel.ExpertKernel;
import dev.hejin.scheduler.cost.kernel.KernelSample;
import dev.hejin.scheduler.cost.serving.FirstTokenCurve;
import dev.hejin.scheduler.cost.serving.ServingCurve;
import dev.hejin.scheduler.cost.serving.ServingSample;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Predicts every measurement with parameters that were fitted without its device, or without its
 * model: each is left out whole and everything is fitted again.
 */
final class CrossValidation {
  private static final String CHOICE = "layouts of one model, devices and lengths";

  private final MeasuredTables tables;
  private final Fitting fitting;

  CrossValidation(MeasuredTables tables) {
    this.tables = tables;
    this.fitting = new Fitting(tables);
  }

  /** All tables of the report. */
  List<ReportTable> run() {
    List<ReportTable> report = new ArrayList<>();
    if (!tables.kernels().isEmpty()) {
      kernels(report);
    }
    if (!tables.serving().isEmpty()) {
      serving(report, "model", m -> m.sample().given().model().name());
      serving(report, "system", m -> m.row().text("system"));
    }
    for (DispatchKind kind : DispatchKind.values()) {
      dispatch(report, kind);
    }
    return report;
  }

  private void kernels(List<ReportTable> report) {
    Map<String, Cell> cells = new TreeMap<>();
    for (String system : tables.kernelSystems()) {
      ParameterValues values = fitting.kernel(row -> !row.text("sys").equals(system));
      cells.put(system, new Cell(new ExpertKernel(values)));
    }
    String title = "Expert kernels, devices left out one by one";
    report.add(kernelTable(title, "system", cells, row -> row.text("sys")));
    report.add(kernelTable(title, "format", cells, row -> row.text("moe_dtype")));
    report.add(kernelTable(title, "routing", cells, row -> row.text("distribution")));
    report.add(
        kernelTable(
            title,
            "layer",
            cells,
            row ->
                "%s experts, %s x %s"
                    .formatted(
                        row.text("num_experts"), row.text("hidden_size"), row.text("inter_size"))));
    report.add(kernelTable(title, "tokens", cells, row -> octave(row.number("num_tokens", 1))));
  }

  /** The curve that was fitted without a system. */
  private record Cell(ExpertKernel kernel) {}

  private ReportTable kernelTable(
      String title, String key, Map<String, Cell> cells, Function<Row, String> keyOf) {
    Collector collector = new Collector();
    for (Measured<KernelSample> measured : tables.kernels()) {
      Row row = measured.row();
      Cell cell = cells.get(row.text("sys"));
      if (cell != null) {
        KernelSample sample = measured.sample();
        collector.add(
            keyOf.apply(row),
            KernelRows.group(row),
            sample.predicted(cell.kernel()),
            sample.seconds());
      }
    }
    return collector.table(title, key, "tokens of one layer and layout");
  }

  private void serving(
      List<ReportTable> report, String what, Function<Measured<ServingSample>, String> left) {
    Map<String, ServingCurve> tokens = new TreeMap<>();
    Map<String, FirstTokenCurve> first = new TreeMap<>();
    for (String key : tables.serving().stream().map(left).distinct().sorted().toList()) {
      IdentityHashMap<Row, Boolean> out = new IdentityHashMap<>();
      tables.serving().stream()
          .filter(m -> left.apply(m).equals(key))
          .forEach(m -> out.put(m.row(), true));
      ParameterValues values = fitting.tokens(row -> !out.containsKey(row));
      ServingCurve curve = new ServingCurve(values);
      tokens.put(key, curve);
      first.put(
          key, new FirstTokenCurve(fitting.first(row -> !out.containsKey(row), values), curve));
    }
    Collector byKey = new Collector();
    Collector byPhase = new Collector();
    Collector byEngine = new Collector();
    Collector byTensor = new Collector();
    Collector firstByKey = new Collector();
    for (Measured<ServingSample> measured : tables.serving()) {
      String key = left.apply(measured);
      ServingSample sample = measured.sample();
      ServingCurve curve = requireNonNull(tokens.get(key));
      FirstTokenCurve firstCurve = requireNonNull(first.get(key));
      double predicted = curve.tokenSeconds(sample.given());
      String group = ServingRows.group(measured.row(), sample);
      byKey.add(key, group, predicted, sample.tokenSeconds());
      String phase = sample.given().aggregated() ? "prefill and decode together" : "apart";
      byPhase.add(phase, group, predicted, sample.tokenSeconds());
      byEngine.add(measured.row().text("backend"), group, predicted, sample.tokenSeconds());
      if (sample.given().model().experts() == 0) {
        byTensor.add(tensor(sample), group, predicted, sample.tokenSeconds());
      }
      if (sample.firstSeconds() > 0) {
        firstByKey.add(key, group, firstCurve.seconds(sample.given()), sample.firstSeconds());
      }
    }
    String title = "Time per output token, %ss left out one by one".formatted(what);
    report.add(byKey.table(title, what, CHOICE));
    report.add(byPhase.table(title, "phases", CHOICE));
    report.add(byEngine.table(title, "engine", CHOICE));
    report.add(byTensor.table(title, "devices that divide a dense model", CHOICE));
    report.add(
        firstByKey.table("Time to first token, %ss left out one by one".formatted(what), what, ""));
  }

  private static String tensor(ServingSample sample) {
    return "%s, TP%d"
        .formatted(sample.given().model().name(), sample.given().layout().tensorParallel());
  }

  private void dispatch(List<ReportTable> report, DispatchKind kind) {
    List<Measured<DispatchCurve.Sample>> all = tables.dispatch(kind);
    if (all.isEmpty()) {
      return;
    }
    Map<String, DispatchCurve> curves = new TreeMap<>();
    for (String chip : all.stream().map(m -> m.sample().given().device()).distinct().toList()) {
      List<DispatchCurve.Sample> kept =
          all.stream().map(Measured::sample).filter(s -> !s.given().device().equals(chip)).toList();
      curves.put(chip, new DispatchCurve(DispatchCurve.fit(kept)));
    }
    Collector collector = new Collector();
    for (Measured<DispatchCurve.Sample> measured : all) {
      String chip = measured.sample().given().device();
      DispatchCurve curve = requireNonNull(curves.get(chip));
      int nodes = measured.sample().given().nodes();
      collector.add(
          chip + (nodes > 1 ? ", " + nodes + " nodes" : ", 1 node"),
          DispatchRows.group(measured.row()),
          curve.seconds(measured.sample().given()),
          measured.sample().seconds());
    }
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    report.add(
        collector.table(
            "Expert exchange, " + name + ", devices left out one by one", "device", "tokens"));
  }

  private static String octave(double tokens) {
    int power = (int) Math.floor(Math.log(tokens) / Math.log(4) + 1e-9);
    long low = Math.round(Math.pow(4, power));
    return "%6d to %d".formatted(low, low * 4 - 1);
  }

  /** Errors of one table while it is filled. */
  private static final class Collector {
    private final Map<String, ErrorStatistics> rows = new TreeMap<>();
    private final ErrorStatistics total = new ErrorStatistics();

    void add(String key, String group, double predicted, double measured) {
      rows.computeIfAbsent(key, ignored -> new ErrorStatistics()).add(group, predicted, measured);
      total.add(group, predicted, measured);
    }

    ReportTable table(String title, String key, String quantity) {
      return new ReportTable(title, key, rows, total, quantity);
    }
  }
}
