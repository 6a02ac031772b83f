package dev.hejin.deploy.local.load;

import dev.hejin.client.Console;
import dev.hejin.client.SchedulerAddress;
import dev.hejin.deploy.local.process.Installation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Calls at a rising rate until something breaks. */
@Command(
    name = "live",
    description = {
      "Put a running scheduler under calls at a rising rate, with nodes, telemetry and changes"
          + " beside",
      "them, until the 99th percentile of a method is twice that of the first rate or something",
      "breaks: the knee. Open loop: calls come when they are due, whatever became of earlier ones,",
      "and their times count from then."
    },
    mixinStandardHelpOptions = true)
final class LiveLoad implements Callable<Integer> {
  /** Code is compiled and connections are opened before anything counts. */
  private static final double WARM_UP_SECONDS = 8;

  private final Console console;
  private final Installation installation;

  @Mixin private final LoadOptions options = new LoadOptions();
  @Mixin private final LiveOptions live = new LiveOptions();

  LiveLoad(Console console, Installation installation) {
    this.console = console;
    this.installation = installation;
  }

  @Override
  public Integer call() throws InterruptedException {
    live.check();
    List<LiveStep> steps = new ArrayList<>();
    List<String> broken = List.of();
    try (LiveScene scene = scene()) {
      OpenLoop calls = scene.calls(live.mix(), live.pool().model, live.seed());
      var unused = scene.step(calls, live.rate(), WARM_UP_SECONDS);
      for (double rate = live.rate();
          broken.isEmpty() && rate <= live.mostRate();
          rate *= live.step()) {
        LiveStep step = scene.step(calls, rate, live.seconds());
        broken = Knee.broken(steps, step);
        steps.add(step);
        show(step);
      }
    }
    LiveReport report = LiveReport.of(live, options, steps, broken);
    console.print(report.verdict());
    Path output = live.output();
    if (output != null) {
      report.write(output);
      console.print("written: " + output);
    }
    return steps.size() == 1 && !broken.isEmpty() ? 1 : 0;
  }

  private LiveScene scene() throws InterruptedException {
    String target = live.target();
    return target == null
        ? LiveScene.start(installation, options, live)
        : LiveScene.of(SchedulerAddress.parse(target));
  }

  private void show(LiveStep step) {
    console.print(
        String.format(
            Locale.ROOT,
            "%.0f calls/s wanted, %.1f made; source %.1f ms late at p99",
            step.callsPerSecond(),
            step.madePerSecond(),
            step.sourceLateP99Millis()));
    for (Map.Entry<String, LiveStep.Method> each : step.methods().entrySet()) {
      LiveStep.Method method = each.getValue();
      console.print(
          String.format(
              Locale.ROOT,
              "  %-20s p50 %8.1f ms  p99 %8.1f ms  max %8.1f ms  n %6d  refused %d  failed %s",
              each.getKey(),
              method.p50Millis(),
              method.p99Millis(),
              method.mostMillis(),
              method.answered(),
              method.refused(),
              method.failures()));
    }
    StringBuilder rest = new StringBuilder("  cores");
    step.cores()
        .forEach((name, cores) -> rest.append(String.format(Locale.ROOT, " %s %.2f", name, cores)));
    Double behind = step.telemetryBehindSeconds();
    if (behind != null) {
      rest.append(String.format(Locale.ROOT, "; telemetry at most %.1f s behind", behind));
    }
    if (step.heap() != null) {
      rest.append("; ").append(step.heap());
    }
    console.print(rest.toString());
    Knee.caveats(step).forEach(caveat -> console.print("  note: " + caveat));
  }
}
