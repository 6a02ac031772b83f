package dev.hejin.client.calibration;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.Console;
import dev.hejin.scheduler.cost.training.TrainingBill;
import dev.hejin.scheduler.cost.training.TrainingPhase;
import dev.hejin.scheduler.cost.training.TrainingStep;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Predicts what a training run takes and costs, part by part. */
@Command(
    name = "train",
    description = {
      "Predict steps, device hours and cost of a training run from one measured layer, and show",
      "what each part of a step adds; asks no scheduler. FILE is YAML, for example",
      "scheduler-service/docs/deepseek-v3-training.yaml."
    })
public final class TrainCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "FILE", description = "Description of the run.")
  private Path file = Path.of("");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  /** A command that prints to {@code console}. */
  public TrainCommand(Console console) {
    this.console = requireNonNull(console, "console");
  }

  @Override
  public Integer call() {
    TrainingFile.Run run = TrainingFile.read(file);
    double hours = 0;
    for (TrainingPhase phase : run.phases()) {
      TrainingBill bill = run.step().bill(phase, run.usdPerDeviceHour());
      double seconds = run.step().seconds(phase);
      console.print(
          format(
              "%s: %,.0f steps of %.2f s, %,.0f device hours",
              phase.name(), bill.steps(), seconds, bill.deviceHours()));
      for (TrainingStep.Part part : run.step().parts(phase)) {
        console.print(
            format(
                "  %-48s %8.2f s %6.1f %%",
                part.name(), part.seconds(), 100 * part.seconds() / seconds));
      }
      hours += bill.deviceHours();
    }
    console.print(
        format(
            "predicted: %,.0f device hours of %s, %,.0f USD",
            hours, run.model().name(), hours * run.usdPerDeviceHour()));
    double published = run.publishedDeviceHours();
    if (published > 0) {
      console.print(
          format(
              "published: %,.0f device hours; predicted %+.1f %%",
              published, 100 * (hours / published - 1)));
      console.print(
          "not predicted: restarts, checkpoints, evaluation, slow devices, imbalance of single"
              + " batches");
    }
    return 0;
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
