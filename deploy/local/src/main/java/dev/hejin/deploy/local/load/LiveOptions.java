package dev.hejin.deploy.local.load;

import dev.hejin.client.CommandFailure;
import dev.hejin.lab.report.ResultFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code live} can be told. */
final class LiveOptions {
  @Mixin private final LoadedPool pool = new LoadedPool();

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description = {
        "A scheduler that runs already and asks nobody who calls. It is only read from and asked"
            + " for",
        "plans; its heap, telemetry and processes are not seen."
      })
  private @Nullable String target;

  @Option(
      names = "--rate",
      defaultValue = "20",
      description = "Calls a second to begin with; default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--step",
      defaultValue = "1.6",
      description = "Each rate is so many times the one before; default: ${DEFAULT-VALUE}.")
  private double step;

  @Option(
      names = "--most-rate",
      defaultValue = "5000",
      description = "No rate beyond this; default: ${DEFAULT-VALUE}.")
  private double mostRate;

  @Option(
      names = "--mix",
      defaultValue = "reads=98,plans=2",
      description = "Kinds of calls and their weights; default: ${DEFAULT-VALUE}.")
  private String mix = "";

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description = "How long each rate is held; default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--telemetry-hz",
      defaultValue = "1",
      description = "Samples of each device a second; 0: none; default: ${DEFAULT-VALUE}.")
  private double telemetryHertz;

  @Option(
      names = "--changes-per-minute",
      defaultValue = "0",
      description = "Nodes drained, used again, deployments planned anew; default: none.")
  private double changesPerMinute;

  @Option(names = "--seed", defaultValue = "1", description = "Moments and kinds of calls.")
  private long seed;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "FILE.html gets a page with the curve, FILE.json beside it the figures.")
  private @Nullable Path output;

  LoadedPool pool() {
    return pool;
  }

  @Nullable String target() {
    return target;
  }

  double rate() {
    return rate;
  }

  double step() {
    return step;
  }

  double mostRate() {
    return mostRate;
  }

  CallMix mix() {
    return CallMix.parse(mix);
  }

  double seconds() {
    return seconds;
  }

  double telemetryHertz() {
    return telemetryHertz;
  }

  double changesPerMinute() {
    return changesPerMinute;
  }

  long seed() {
    return seed;
  }

  @Nullable Path output() {
    return output;
  }

  void check() {
    pool.check();
    LoadOptions.require("--rate", rate, Double.MIN_NORMAL);
    LoadOptions.require("--step", step, 1.01);
    LoadOptions.require("--most-rate", mostRate, rate);
    LoadOptions.require("--for", seconds, 1);
    LoadOptions.require("--telemetry-hz", telemetryHertz, 0);
    LoadOptions.require("--changes-per-minute", changesPerMinute, 0);
    if (target != null && changesPerMinute > 0) {
      throw CommandFailure.usage(
          "--changes-per-minute is "
              + changesPerMinute
              + " with --target "
              + target
              + ": another's nodes are not drained"
              + "\nMaybe leave out --target, or the changes.");
    }
    var unused = mix();
    if (output != null) {
      ResultFile.requireFolder("--output", output);
    }
  }
}
