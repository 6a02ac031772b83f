package dev.hejin.deploy.local.load;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.Units;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What all measurements have in common. */
final class LoadOptions {
  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "Largest heap of the scheduler; default: ${DEFAULT-VALUE}.")
  String heap = "1g";

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A setting of the scheduler, such as hejin.rebalance.window=5s.")
  List<String> settings = new ArrayList<>();

  @Option(
      names = "--machine",
      paramLabel = "OPTION",
      description = "An option of the scheduler's Java machine, such as -XX:+UseParallelGC.")
  List<String> machine = new ArrayList<>();

  @Option(names = "--keep", description = "Keep logs and data, and say where they are.")
  boolean keep;

  /** Refuses a number that is too small, or none. */
  static void require(String option, double value, double least) {
    if (!(value >= least) || Double.isInfinite(value)) {
      throw CommandFailure.usage(
          option + " is " + Units.count(value) + "\nMaybe give " + suggestion(least) + ".");
    }
  }

  private static String suggestion(double least) {
    return least >= 1 || least == 0
        ? "a number of at least " + Units.count(least)
        : "a number above 0";
  }
}
