package dev.hejin.deploy.local;

import dev.hejin.client.CommandFailure;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code up}. */
final class UpOptions {
  /** How the summary prints. */
  enum Output {
    table,
    json
  }

  private static final double ONCE_TIME_SCALE = 20;
  private static final double SLOW_TIME_SCALE = 5;
  private static final double MAX_TIME_SCALE = 1e6;
  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--once",
      description = "Play the scenario as fast as the scheduler allows, judge it, and end.")
  boolean once;

  @Option(
      names = {"-p", "--pool"},
      paramLabel = "NAME|FILE",
      description = "Pool to simulate. Default: ${DEFAULT-VALUE}.")
  String pool = "default";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "NAME|FILE",
      description = "Model to deploy, in place of the deployment's.")
  @Nullable String model;

  @Option(
      names = "--deployment",
      paramLabel = "NAME|FILE",
      description = "Deployment file. Default: the shipped one, with the scenario's traffic.")
  @Nullable String deployment;

  @Option(
      names = {"-s", "--scenario"},
      paramLabel = "NAME|FILE",
      description = "Scenario to play. Default: ${DEFAULT-VALUE}.")
  String scenario = "default";

  @Option(
      names = "--expert-load",
      paramLabel = "FILE",
      description = "Load at the start: SGLang's logical_count JSON. Default: the scenario's.")
  @Nullable Path expertLoad;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the scheduler. Default: 7171 where it is free, else any.")
  @Nullable Integer port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for the broker's data and all logs. Default: .hejin/up/<n>.")
  @Nullable Path data;

  @Option(names = "--keep", description = "Keep that folder after a good end.")
  boolean keep;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print the summary. Default: ${DEFAULT-VALUE}.")
  Output output = Output.table;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the simulated world. Default: the scenario's.")
  @Nullable Long seed;

  @Option(
      names = "--fast-load",
      paramLabel = "X",
      description =
          "Simulated loads of weights take this many times less than real ones. Default: 20 with"
              + " --once, else 5.")
  @Nullable Double fastLoad;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // Read by picocli.
  private boolean help;

  double timeScale() {
    return fastLoad == null ? (once ? ONCE_TIME_SCALE : SLOW_TIME_SCALE) : fastLoad;
  }

  void check() {
    if (!(timeScale() > 0 && timeScale() <= MAX_TIME_SCALE)) {
      throw CommandFailure.usage(
          "--fast-load is " + timeScale() + "\nMaybe give a number above 0, at most 1000000.");
    }
    if (port != null && (port < 1 || port > MAX_PORT)) {
      throw CommandFailure.usage("--port is " + port + "\nMaybe give 1 to 65535.");
    }
  }
}
