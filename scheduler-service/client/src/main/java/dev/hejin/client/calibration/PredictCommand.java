package dev.hejin.client.calibration;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.Console;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.scheduler.cost.calibration.Calibration;
import dev.hejin.scheduler.cost.calibration.CalibrationText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds predictions to the rows of a table. */
@Command(
    name = "predict",
    description = {
      "Add what the cost model predicts to the rows of a table; asks no scheduler.",
      "moe-kernel: milliseconds of an expert layer. dispatch: microseconds, with the combine",
      "beside them. end-to-end: milliseconds for each output token, with the time to the first",
      "token beside them. Where a row cannot be predicted, the column reason says why."
    })
public final class PredictCommand implements Callable<Integer> {
  private final Console console;

  /** Tables that rows can be from. */
  public enum Kind {
    moe_kernel,
    dispatch,
    end_to_end;

    @Override
    public String toString() {
      return name().replace('_', '-');
    }
  }

  @Parameters(index = "0", paramLabel = "IN.csv", description = "Table to read.")
  private Path input = Path.of("");

  @Option(
      names = "--kind",
      required = true,
      paramLabel = "KIND",
      description = "moe-kernel, dispatch or end-to-end.")
  private String kind = "";

  @Option(names = "-o", required = true, paramLabel = "OUT.csv", description = "Table to write.")
  private Path output = Path.of("");

  @Option(
      names = "--parameters",
      paramLabel = "FILE",
      description = "Parameters that calibrate wrote. Default: those that are part of Hejin.")
  private @Nullable Path parameters;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  /** A command that prints to {@code console}. */
  public PredictCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    Kind known = known(kind);
    Prediction prediction = new Prediction(calibration(parameters));
    CsvTable table = CsvTable.read(input);
    Map<String, List<String>> columns =
        switch (known) {
          case moe_kernel -> prediction.kernels(table);
          case dispatch -> prediction.dispatch(table);
          case end_to_end -> prediction.serving(table);
        };
    table.write(output, columns);
    int rows = table.rows().size();
    console.print(
        List.of(
            "predicted %d of %d rows; written to %s"
                .formatted(prediction.predicted(), rows, output)));
    return 0;
  }

  private static Kind known(String name) {
    for (Kind kind : Kind.values()) {
      if (kind.toString().equals(name)) {
        return kind;
      }
    }
    throw BadFile.option(
        "--kind", name, "not a kind of table", "moe-kernel, dispatch or end-to-end is meant");
  }

  static Calibration calibration(@Nullable Path file) {
    if (file == null) {
      return Calibration.shipped();
    }
    try {
      return CalibrationText.parse(Files.readString(file));
    } catch (IOException e) {
      throw BadFile.whole(file, "cannot be read: " + e.getMessage(), "the path is wrong");
    } catch (IllegalArgumentException e) {
      throw BadFile.whole(
          file, String.valueOf(e.getMessage()).replace('\n', ' '), "calibrate writes a new one");
    }
  }
}
