package dev.hejin.client.calibration;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.Console;
import dev.hejin.scheduler.cost.calibration.Calibration;
import dev.hejin.scheduler.cost.calibration.CalibrationText;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fits the parameters of the cost model to measured tables. */
@Command(
    name = "calibrate",
    description = {
      "Fit the parameters of the cost model to the measured tables of a folder and write them;",
      "asks no scheduler. DIR holds silicon/moe_kernel_ms.csv, silicon/end_to_end.csv,",
      "silicon/deepep_*.csv, and published/aic_h100_deepep_*.csv where they are there."
    })
public final class CalibrateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "DIR", description = "Folder with the tables.")
  private Path folder = Path.of("");

  @Option(
      names = "-o",
      paramLabel = "FILE",
      description = "Parameters to write. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("calibration.properties");

  @Option(
      names = "--source",
      paramLabel = "TEXT",
      description = "Where the tables are from, for the file's header.")
  private String source = "not stated";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  /** A command that prints to {@code console}. */
  public CalibrateCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    MeasuredTables tables = new MeasuredTables(folder);
    Calibration calibration = new Fitting(tables).all();
    List<String> header = new ArrayList<>();
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    header.add("Parameters of the cost model, fitted by ./hejin calibrate on " + today);
    header.add("Source of the measurements: " + source);
    header.add(
        "Rows: %d kernels, %d serving points, %d + %d dispatches (low latency, normal)"
            .formatted(
                tables.kernels().size(),
                tables.serving().size(),
                tables.dispatch(DispatchKind.LOW_LATENCY_DISPATCH).size(),
                tables.dispatch(DispatchKind.NORMAL_DISPATCH).size()));
    try {
      Files.writeString(output, CalibrationText.format(calibration, header));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + output, e);
    }
    console.print(List.of(header.getLast(), "written to " + output));
    tables.left().stream().limit(20).forEach(line -> console.note("not used: " + line));
    return 0;
  }
}
