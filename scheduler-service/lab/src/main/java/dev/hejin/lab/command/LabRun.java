package dev.hejin.lab.command;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.Console;
import dev.hejin.lab.experiment.ExperimentPlan;
import dev.hejin.lab.experiment.ExperimentRunner;
import dev.hejin.lab.experiment.Interruption;
import dev.hejin.lab.experiment.Journal;
import dev.hejin.lab.experiment.Outcome;
import dev.hejin.lab.report.ResultFile;
import dev.hejin.lab.trial.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs an experiment and writes its files; Ctrl-C ends it early and writes them all the same. */
final class LabRun {
  private static final Duration WRITING_LIMIT = Duration.ofMinutes(1);
  private static final String HTML = ".html";

  private final Console console;
  private final Simulator simulator;
  private final Path report;
  private final int threads;
  private final boolean resume;

  LabRun(Console console, Simulator simulator, Path report, int threads, boolean resume) {
    this.console = requireNonNull(console, "console");
    this.simulator = requireNonNull(simulator, "simulator");
    this.report = requireNonNull(report, "report");
    this.threads = threads;
    this.resume = resume;
  }

  private Path beside(String ending) {
    String name = report.getFileName().toString();
    return report.resolveSibling(name.substring(0, name.length() - HTML.length()) + ending);
  }

  /**
   * Runs it to its end or to its interruption.
   *
   * @param page makes the report
   * @param told prints what came out
   * @return the exit code
   */
  int run(ExperimentPlan plan, Function<Outcome, String> page, Consumer<Outcome> told) {
    Interruption interruption = new Interruption();
    CountDownLatch written = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(interruption, written), "stop-lab");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      ProgressLine progress = ProgressLine.standard(console);
      Outcome outcome = simulate(plan, progress, interruption);
      ResultFile.write(report, page.apply(outcome));
      ResultFile.write(beside(".json"), ResultFile.text(outcome));
      told.accept(outcome);
      console.print("");
      console.print(progress.summary());
      if (outcome.isPartial()) {
        console.print(
            "PARTIAL: %d of %d trials; the same command with --resume goes on"
                .formatted(outcome.finished(), plan.arms().size() * plan.replications()));
      }
      console.print("written to " + report + " and " + beside(".json"));
      return outcome.measures().isEmpty() ? CommandFailure.REFUSED : 0;
    } finally {
      written.countDown();
      release(hook);
    }
  }

  private Outcome simulate(ExperimentPlan plan, ProgressLine progress, Interruption interruption) {
    Path file = beside(".trials.jsonl");
    try (Journal journal = Journal.open(file, resume)) {
      return new ExperimentRunner(simulator, journal, progress, interruption, threads).run(plan);
    } catch (UncheckedIOException e) {
      throw CommandFailure.usage(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw CommandFailure.usage(
          file + ": cannot be written or read: " + e + "\nMaybe give another report with -o.");
    }
  }

  private static void stop(Interruption interruption, CountDownLatch written) {
    interruption.request();
    try {
      if (!written.await(WRITING_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("the report was not written in time; --resume keeps finished trials");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void release(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending: the hook runs right now.
      return;
    }
  }
}
