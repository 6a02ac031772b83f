package dev.hejin.client.calibration;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.Console;
import dev.hejin.scheduler.cost.calibration.Calibration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Cross-validates the cost model on measured tables and writes a report. */
@Command(
    name = "validate",
    description = {
      "Leave each device and each model of the measured tables out, fit without it, predict it,",
      "and report the errors; asks no scheduler."
    })
public final class ValidateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "DIR", description = "Folder with the tables.")
  private Path folder = Path.of("");

  @Option(names = "-o", required = true, paramLabel = "FILE", description = "HTML to write.")
  private Path output = Path.of("");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  /** A command that prints to {@code console}. */
  public ValidateCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    MeasuredTables tables = new MeasuredTables(folder);
    List<ReportTable> report = new CrossValidation(tables).run();
    List<String> facts = new ArrayList<>();
    List<PublishedFigures.Figure> published =
        new PublishedFigures(Calibration.shipped()).figures(folder);
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    facts.add(
        "%s. %,d expert kernels, %,d serving points."
            .formatted(today, tables.kernels().size(), tables.serving().size()));
    if (!tables.left().isEmpty()) {
      facts.add(
          "%d rows or files were not used; the first: %s."
              .formatted(tables.left().size(), tables.left().getFirst()));
    }
    try {
      Files.writeString(output, HtmlReport.of(facts, report, published));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + output, e);
    }
    for (ReportTable table : report) {
      console.print("");
      console.print(table.title());
      print(table);
    }
    print(published);
    console.print("");
    console.print("written to " + output);
    return 0;
  }

  private void print(List<PublishedFigures.Figure> published) {
    console.print("");
    console.print("Published figures, seen while terms were chosen, no parameter fitted to them");
    for (PublishedFigures.Figure figure : published) {
      String verdict =
          figure.missing().isEmpty()
              ? "%12.5g measured %12.5g predicted %8s"
                  .formatted(
                      figure.measured(),
                      figure.predicted(),
                      HtmlReport.percent(figure.predicted() / figure.measured() - 1))
              : "not stated or not known: " + figure.missing();
      console.print("  %-34s%s".formatted(figure.id(), verdict));
    }
  }

  private void print(ReportTable table) {
    console.print(line(table.key(), "rows", "median", "90 %", "bias", "Kendall", "regret"));
    for (Map.Entry<String, ErrorStatistics> row : table.rows().entrySet()) {
      console.print(line(row.getKey(), row.getValue()));
    }
    console.print(line("all", table.total()));
  }

  private static String line(String name, ErrorStatistics errors) {
    return line(
        name,
        String.valueOf(errors.count()),
        HtmlReport.percent(errors.medianError()),
        HtmlReport.percent(errors.tailError()),
        HtmlReport.percent(errors.bias()),
        HtmlReport.number(errors.rankCorrelation()),
        HtmlReport.percent(errors.regret()));
  }

  private static String line(String name, String... cells) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-34s", name));
    for (String cell : cells) {
      line.append(String.format(Locale.ROOT, "%9s", cell));
    }
    return line.toString().stripTrailing();
  }
}
