package dev.hejin.client.calibration;

import dev.hejin.client.calibration.CsvTable.Row;
import dev.hejin.scheduler.cost.calibration.Calibration;
import dev.hejin.scheduler.cost.kernel.KernelSample;
import dev.hejin.scheduler.cost.serving.FirstTokenCurve;
import dev.hejin.scheduler.cost.serving.ServingCase;
import dev.hejin.scheduler.cost.serving.ServingCurve;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Further columns for a table: what is predicted, or why it cannot be. */
final class Prediction {
  static final String PREDICTED = "predicted";
  static final String PREDICTED_FIRST = "predicted_ttft";
  static final String PREDICTED_COMBINE = "predicted_combine";
  static final String REASON = "reason";

  private final Calibration calibration;
  private final Systems systems = new Systems();
  private int predicted;

  Prediction(Calibration calibration) {
    this.calibration = calibration;
  }

  /** Rows that were predicted. */
  int predicted() {
    return predicted;
  }

  /** Milliseconds of each kernel. */
  Map<String, List<String>> kernels(CsvTable table) {
    table.require(KernelRows.COLUMNS);
    KernelRows reader = new KernelRows(systems);
    return columns(
        table,
        List.of(PREDICTED),
        row -> {
          KernelSample sample = reader.sample(row);
          String system = row.text("sys");
          String kin = systems.of(system).kin();
          double seconds = sample.predicted(calibration.kernel(system, kin));
          return new double[] {seconds * 1e3};
        });
  }

  /** Microseconds of each dispatch, and of the combine that answers it. */
  Map<String, List<String>> dispatch(CsvTable table) {
    DispatchRows reader = new DispatchRows(systems, table);
    return columns(
        table,
        List.of(PREDICTED, PREDICTED_COMBINE),
        row -> {
          String system = DispatchRows.system(row);
          double[] values = new double[2];
          for (int i = 0; i < 2; i++) {
            boolean combine = i == 1;
            values[i] =
                1e6
                    * calibration
                        .dispatchCurve(reader.kind(combine), system, systems.of(system).kin())
                        .seconds(reader.sample(row, combine));
          }
          return values;
        });
  }

  /** Milliseconds for each output token and to the first token. */
  Map<String, List<String>> serving(CsvTable table) {
    table.require(ServingRows.COLUMNS);
    ServingRows reader = new ServingRows(systems);
    ServingCurve tokens = calibration.servingCurve();
    FirstTokenCurve first = calibration.firstTokenCurve();
    return columns(
        table,
        List.of(PREDICTED, PREDICTED_FIRST),
        row -> {
          ServingCase given = reader.sample(row).given();
          return new double[] {tokens.tokenSeconds(given) * 1e3, first.seconds(given) * 1e3};
        });
  }

  private Map<String, List<String>> columns(
      CsvTable table, List<String> names, Function<Row, double[]> predict) {
    Map<String, List<String>> columns = new LinkedHashMap<>();
    names.forEach(name -> columns.put(name, new ArrayList<>()));
    columns.put(REASON, new ArrayList<>());
    for (Row row : table.rows()) {
      double[] values = {};
      String reason = "";
      try {
        values = predict.apply(row);
        predicted++;
      } catch (UnpredictableException e) {
        reason = e.reason();
      }
      int place = 0;
      for (Map.Entry<String, List<String>> column : columns.entrySet()) {
        boolean last = column.getKey().equals(REASON);
        String text = last ? reason : "";
        if (!last && place < values.length) {
          text = String.format(Locale.ROOT, "%.6g", values[place++]);
        }
        column.getValue().add(text);
      }
    }
    return columns;
  }
}
