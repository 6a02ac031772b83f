package dev.hejin.deploy.local;

import dev.hejin.client.CommandFailure;
import dev.hejin.client.Console;
import dev.hejin.client.DeploymentText;
import dev.hejin.client.DevicesCommand;
import dev.hejin.client.SchedulerConnection;
import dev.hejin.client.Units;
import dev.hejin.deploy.local.cluster.LocalCluster;
import dev.hejin.deploy.local.scenario.Check;
import dev.hejin.deploy.local.scenario.EventReport;
import dev.hejin.deploy.local.scenario.LiveStage;
import dev.hejin.deploy.local.scenario.Pace;
import dev.hejin.deploy.local.scenario.ScenarioRunner;
import dev.hejin.deploy.local.scenario.Summary;
import dev.hejin.deploy.local.scenario.SummaryText;
import dev.hejin.deploy.local.scenario.Timing;
import dev.hejin.deploy.local.scenario.Verdict;
import dev.hejin.deploy.local.screen.LineScreen;
import dev.hejin.deploy.local.screen.LiveScreen;
import dev.hejin.deploy.local.screen.Picture;
import dev.hejin.deploy.local.screen.Screen;
import dev.hejin.deploy.local.truth.PlanPhysics;
import dev.hejin.deploy.local.truth.ServedModel;
import dev.hejin.deploy.local.truth.SimulatedSpecs;
import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of {@code up}: start, deploy, play, judge. */
final class UpRun {
  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);
  private static final double SERVING_LIMIT_SECONDS = 120;
  private static final long POLL_MILLIS = 200;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Console console;
  private final UpOptions options;
  private final RunPlan plan;
  private final LocalCluster cluster;
  private final Path folder;
  private final PrintWriter lines;
  private final long begin = System.nanoTime();

  UpRun(Console console, UpOptions options, RunPlan plan, LocalCluster cluster, Path folder) {
    this.console = console;
    this.options = options;
    this.plan = plan;
    this.cluster = cluster;
    this.folder = folder;
    this.lines = options.output == UpOptions.Output.json ? console.err() : console.out();
  }

  /** Returns whether every check passed. */
  boolean run() throws InterruptedException {
    header().forEach(lines::println);
    lines.flush();
    cluster.start(plan.load(), this::line);
    try (SchedulerConnection scheduler =
        SchedulerConnection.open(cluster.scheduler(), CALL_LIMIT)) {
      deploy(scheduler);
      ServedModel served =
          ServedModel.of(
              plan.spec().getName(), plan.spec().getWorkload().getBatchTokens(), plan.model());
      try (TruthWatcher watcher = new TruthWatcher(served, cluster, System::nanoTime).start()) {
        return play(scheduler, served, watcher);
      }
    }
  }

  private List<String> header() {
    return List.of(
        "Hejin on this machine: "
            + plan.pool().devices().size()
            + " SIMULATED devices (pool "
            + plan.pool().name()
            + "), model "
            + plan.model().name()
            + ", scenario "
            + plan.scenario().name()
            + ", seed "
            + plan.seed(),
        "simulated loads of weights run "
            + Units.count(options.timeScale())
            + " times faster than real ones; data and logs: "
            + folder);
  }

  private void line(String line) {
    LineScreen.print(lines, begin, line);
  }

  private void deploy(SchedulerConnection scheduler) throws InterruptedException {
    awaitDevices(scheduler);
    drainRecordedNode(scheduler);
    String name = plan.spec().getName();
    Deployment deployment =
        scheduler
            .deployments()
            .createDeployment(CreateDeploymentRequest.newBuilder().setSpec(plan.spec()).build())
            .getDeployment();
    line("deployment " + name + " created: " + DeploymentText.state(deployment));
    long created = System.nanoTime();
    while (true) {
      deployment = get(scheduler);
      if (deployment.getState() == DeploymentState.DEPLOYMENT_STATE_SERVING) {
        line("serving " + plan.model().name());
        return;
      }
      if (deployment.getState() == DeploymentState.DEPLOYMENT_STATE_BLOCKED
          || (System.nanoTime() - created) / NANOS_PER_SECOND > SERVING_LIMIT_SECONDS) {
        throw CommandFailure.usage(
            "deployment "
                + name
                + " is "
                + DeploymentText.line(deployment)
                + ", not serving\nMaybe the pool is too small for the model, or the machine too"
                + " slow.");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void awaitDevices(SchedulerConnection scheduler) throws InterruptedException {
    int wanted = plan.pool().devices().size();
    long started = System.nanoTime();
    while (simulated(scheduler) < wanted) {
      if ((System.nanoTime() - started) / NANOS_PER_SECOND > SERVING_LIMIT_SECONDS) {
        throw CommandFailure.usage(
            "the scheduler knows "
                + simulated(scheduler)
                + " of "
                + wanted
                + " devices\nMaybe the agents cannot reach it; see their logs.");
      }
      Thread.sleep(POLL_MILLIS);
    }
    line("the scheduler knows all " + wanted + " devices");
  }

  /** Anyone can look at ten vendors' devices; plans use them when somebody wants it. */
  private void drainRecordedNode(SchedulerConnection scheduler) {
    long revision =
        scheduler
            .inventory()
            .drainNode(
                DrainNodeRequest.newBuilder()
                    .setNodeId(LocalCluster.RECORDED_NODE)
                    .setReason("made of recorded outputs, to be looked at")
                    .build())
            .getRevision();
    line(
        "node "
            + LocalCluster.RECORDED_NODE
            + " is made of RECORDED outputs of ten vendors' tools; drained at revision "
            + revision
            + ", so that no plan uses it");
  }

  private static long simulated(SchedulerConnection scheduler) {
    return DevicesCommand.all(scheduler).stream()
        .filter(device -> !device.getNodeId().equals(LocalCluster.RECORDED_NODE))
        .count();
  }

  private Deployment get(SchedulerConnection scheduler) {
    return scheduler
        .deployments()
        .getDeployment(GetDeploymentRequest.newBuilder().setName(plan.spec().getName()).build())
        .getDeployment();
  }

  private boolean play(SchedulerConnection scheduler, ServedModel served, TruthWatcher watcher)
      throws InterruptedException {
    PlanPhysics physics =
        new PlanPhysics(
            served,
            plan.model(),
            plan.spec().getWorkload(),
            SimulatedSpecs.of(plan.pool()),
            plan.seed());
    LiveStage stage =
        new LiveStage(cluster, scheduler, watcher, physics, plan.model(), plan.spec(), plan.load());
    try (Screen screen = screen(scheduler, stage)) {
      Timing timing = options.once ? Timing.FAST : Timing.SLOW;
      List<EventReport> reports =
          new ScenarioRunner(stage, Pace.REAL, timing, screen::event).run(plan.scenario());
      List<Check> checks =
          new ArrayList<>(
              Verdict.of(
                  reports,
                  watcher.failedLooks(),
                  stage.deployment().getProgress().getInvariantViolations(),
                  cluster.unexpectedEnds()));
      checks.add(Verdict.recordedNode(DevicesCommand.all(scheduler), LocalCluster.RECORDED_NODE));
      Summary summary =
          new Summary(
              plan.scenario().name(),
              plan.pool().name(),
              plan.model().name(),
              plan.seed(),
              options.timeScale(),
              (System.nanoTime() - begin) / NANOS_PER_SECOND,
              reports,
              checks);
      if (options.once) {
        screen.close();
        show(summary);
        return summary.isPassed();
      }
      screen.event((summary.isPassed() ? "all" : "not all") + " checks of the scenario passed");
      screen.event("the cluster stays until Ctrl-C");
      Thread.currentThread().join();
      return true;
    }
  }

  private void show(Summary summary) {
    if (options.output == UpOptions.Output.json) {
      console.print(SummaryText.json(summary));
    } else {
      console.print("");
      console.print(SummaryText.lines(summary));
    }
    if (options.keep || !summary.isPassed()) {
      console.note("data and logs: " + folder);
    }
  }

  private Screen screen(SchedulerConnection scheduler, LiveStage stage) {
    boolean terminal =
        System.console() != null
            && System.console().isTerminal()
            && !"dumb".equals(System.getenv("TERM"));
    if (!options.once && terminal) {
      return new LiveScreen(
          lines,
          begin,
          List.of(
              header().getFirst(),
              "scheduler at "
                  + cluster.scheduler()
                  + ": try ./hejin devices --scheduler "
                  + cluster.scheduler()),
          () -> new Picture(DevicesCommand.all(scheduler), get(scheduler), stage.truth()).lines());
    }
    return new LineScreen(
        lines, begin, () -> new Picture(List.of(), stage.deployment(), stage.truth()).line());
  }
}
