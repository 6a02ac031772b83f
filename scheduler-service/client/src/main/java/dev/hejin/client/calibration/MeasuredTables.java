package dev.hejin.client.calibration;

import dev.hejin.client.calibration.CsvTable.Row;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.scheduler.cost.collective.DispatchCurve;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import dev.hejin.scheduler.cost.kernel.KernelSample;
import dev.hejin.scheduler.cost.serving.ServingSample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The measured tables of a folder: {@code silicon/moe_kernel_ms.csv}, {@code end_to_end.csv},
 * {@code deepep_ll_us.csv}, {@code deepep_normal_us.csv}, and the tables of several nodes in {@code
 * published}, where they are there. The folder may also be {@code silicon} itself.
 */
final class MeasuredTables {
  private static final String[] DISPATCH = {
    "deepep_ll_us.csv",
    "deepep_normal_us.csv",
    "../published/aic_h100_deepep_ll_multinode.csv",
    "../published/aic_h100_deepep_normal_multinode.csv"
  };

  private final Systems systems = new Systems();
  private final Path silicon;
  private final List<Measured<KernelSample>> kernels = new ArrayList<>();
  private final List<Measured<ServingSample>> serving = new ArrayList<>();
  private final Map<DispatchKind, List<Measured<DispatchCurve.Sample>>> dispatch =
      new EnumMap<>(DispatchKind.class);
  private final List<String> left = new ArrayList<>();

  /**
   * A row and what it measures.
   *
   * @param <T> the kind of sample
   */
  record Measured<T>(Row row, T sample) {}

  MeasuredTables(Path folder) {
    this.silicon =
        Files.isDirectory(folder.resolve("silicon")) ? folder.resolve("silicon") : folder;
    readKernels();
    readServing();
    for (DispatchKind kind : DispatchKind.values()) {
      dispatch.put(kind, new ArrayList<>());
    }
    for (String name : DISPATCH) {
      readDispatch(silicon.resolve(name).normalize());
    }
    if (kernels.isEmpty() && serving.isEmpty()) {
      throw BadFile.whole(
          folder,
          "it has neither moe_kernel_ms.csv nor end_to_end.csv",
          "the folder that holds the folder silicon was meant");
    }
  }

  private void readKernels() {
    Path file = silicon.resolve("moe_kernel_ms.csv");
    if (!Files.exists(file)) {
      left.add(file.getFileName() + " is not there");
      return;
    }
    CsvTable table = CsvTable.read(file).require(KernelRows.COLUMNS).require(KernelRows.MEASURED);
    KernelRows reader = new KernelRows(systems);
    for (Row row : table.rows()) {
      try {
        KernelSample sample = reader.sample(row);
        if (sample.seconds() > 0) {
          kernels.add(new Measured<>(row, sample));
        }
      } catch (UnpredictableException e) {
        left.add(file.getFileName() + " line " + row.line() + ": " + e.reason());
      }
    }
  }

  private void readServing() {
    Path file = silicon.resolve("end_to_end.csv");
    if (!Files.exists(file)) {
      left.add(file.getFileName() + " is not there");
      return;
    }
    CsvTable table =
        CsvTable.read(file)
            .require(ServingRows.COLUMNS)
            .require(ServingRows.TOKEN, ServingRows.FIRST);
    ServingRows reader = new ServingRows(systems);
    for (Row row : table.rows()) {
      try {
        ServingSample sample = reader.sample(row);
        if (sample.tokenSeconds() > 0) {
          serving.add(new Measured<>(row, sample));
        }
      } catch (UnpredictableException e) {
        left.add(file.getFileName() + " line " + row.line() + ": " + e.reason());
      }
    }
  }

  private void readDispatch(Path file) {
    if (!Files.exists(file)) {
      left.add(file.getFileName() + " is not there");
      return;
    }
    CsvTable table = CsvTable.read(file);
    DispatchRows reader = new DispatchRows(systems, table);
    table.require(reader.measuredColumn(false), reader.measuredColumn(true));
    for (Row row : table.rows()) {
      for (boolean combine : new boolean[] {false, true}) {
        try {
          double seconds = row.number(reader.measuredColumn(combine), 0) / 1e6;
          if (seconds > 0) {
            dispatch(reader.kind(combine))
                .add(
                    new Measured<>(
                        row, new DispatchCurve.Sample(reader.sample(row, combine), seconds)));
          }
        } catch (UnpredictableException e) {
          left.add(file.getFileName() + " line " + row.line() + ": " + e.reason());
        }
      }
    }
  }

  List<Measured<KernelSample>> kernels() {
    return kernels;
  }

  List<Measured<ServingSample>> serving() {
    return serving;
  }

  List<Measured<DispatchCurve.Sample>> dispatch(DispatchKind kind) {
    return Objects.requireNonNull(dispatch.get(kind));
  }

  List<String> kernelSystems() {
    return kernels.stream().map(m -> m.row().text("sys")).distinct().sorted().toList();
  }

  /** What was not used, and why. */
  List<String> left() {
    return left;
  }
}
