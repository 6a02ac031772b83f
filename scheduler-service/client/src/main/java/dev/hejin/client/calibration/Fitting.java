package dev.hejin.client.calibration;

import dev.hejin.client.calibration.CsvTable.Row;
import dev.hejin.scheduler.cost.calibration.Calibration;
import dev.hejin.scheduler.cost.collective.DispatchCurve;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import dev.hejin.scheduler.cost.kernel.ExpertKernel;
import dev.hejin.scheduler.cost.kernel.KernelSample;
import dev.hejin.scheduler.cost.serving.ServingCurve;
import dev.hejin.scheduler.cost.serving.ServingSample;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Fits every curve to tables, or to the rows of them that are not left out. */
final class Fitting {
  /** Of the many rows of the kernel table, one in this many is enough to fit a curve. */
  private static final int KERNEL_STRIDE = 4;

  /** A measured system may differ from all others by this much of what a curve may differ. */
  private static final double OWN_SPREAD = 1.0;

  private final MeasuredTables tables;

  Fitting(MeasuredTables tables) {
    this.tables = tables;
  }

  Calibration all() {
    ParameterValues pooled = kernel(row -> true);
    Map<String, ParameterValues> own = new TreeMap<>();
    for (String system : tables.kernelSystems()) {
      List<KernelSample> samples = kernelSamples(row -> row.text("sys").equals(system));
      own.put(system, KernelSample.fit(samples, pooled.asPriors(OWN_SPREAD)));
    }
    ParameterValues tokens = tokens(row -> true);
    Map<DispatchKind, ParameterValues> dispatch = new EnumMap<>(DispatchKind.class);
    for (DispatchKind kind : DispatchKind.values()) {
      dispatch.put(kind, dispatch(kind, row -> true));
    }
    return new Calibration(
        pooled, own, tokens, first(row -> true, tokens), dispatch, ownDispatch(dispatch));
  }

  /** Systems are told apart by the column {@code sys}; a table without it joins the common fit. */
  private Map<String, Map<DispatchKind, ParameterValues>> ownDispatch(
      Map<DispatchKind, ParameterValues> pooled) {
    Map<String, Map<DispatchKind, ParameterValues>> own = new TreeMap<>();
    for (Map.Entry<DispatchKind, ParameterValues> entry : pooled.entrySet()) {
      DispatchKind kind = entry.getKey();
      for (String system :
          tables.dispatch(kind).stream().map(m -> m.row().text("sys")).distinct().toList()) {
        if (!system.isEmpty()) {
          List<DispatchCurve.Sample> samples =
              tables.dispatch(kind).stream()
                  .filter(m -> m.row().text("sys").equals(system))
                  .map(MeasuredTables.Measured::sample)
                  .toList();
          own.computeIfAbsent(system, ignored -> new EnumMap<>(DispatchKind.class))
              .put(kind, DispatchCurve.fit(samples, entry.getValue().asPriors(OWN_SPREAD)));
        }
      }
    }
    return own;
  }

  /** The kernel curve of all systems together, each counting the same. */
  ParameterValues kernel(Predicate<Row> kept) {
    return KernelSample.fit(kernelSamples(kept), ExpertKernel.fitted());
  }

  private List<KernelSample> kernelSamples(Predicate<Row> kept) {
    List<KernelSample> samples = new ArrayList<>();
    int number = 0;
    for (MeasuredTables.Measured<KernelSample> measured : tables.kernels()) {
      if (number++ % KERNEL_STRIDE == 0 && kept.test(measured.row())) {
        samples.add(measured.sample());
      }
    }
    return samples;
  }

  ParameterValues tokens(Predicate<Row> kept) {
    return ServingSample.fitTokens(servingSamples(kept));
  }

  ParameterValues first(Predicate<Row> kept, ParameterValues tokens) {
    return ServingSample.fitFirst(servingSamples(kept), new ServingCurve(tokens));
  }

  private List<ServingSample> servingSamples(Predicate<Row> kept) {
    return tables.serving().stream()
        .filter(measured -> kept.test(measured.row()))
        .map(MeasuredTables.Measured::sample)
        .toList();
  }

  ParameterValues dispatch(DispatchKind kind, Predicate<Row> kept) {
    return DispatchCurve.fit(
        tables.dispatch(kind).stream()
            .filter(measured -> kept.test(measured.row()))
            .map(MeasuredTables.Measured::sample)
            .toList());
  }
}
