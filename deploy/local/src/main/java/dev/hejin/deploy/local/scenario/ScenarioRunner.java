package dev.hejin.deploy.local.scenario;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.scenario.CheckLimits;
import dev.hejin.catalog.scenario.Scenario;
import dev.hejin.catalog.scenario.ScenarioEvent;
import dev.hejin.client.DeploymentText;
import dev.hejin.client.Units;
import dev.hejin.deploy.local.truth.TrueThroughput;
import dev.hejin.deploy.local.truth.TruthWindow;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.Epoch;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Plays the events of a scenario one after the other and reports on each. */
public final class ScenarioRunner {
  private static final long POLL_MILLIS = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Stage stage;
  private final Pace pace;
  private final Timing timing;
  private final Consumer<String> progress;

  public ScenarioRunner(Stage stage, Pace pace, Timing timing, Consumer<String> progress) {
    this.stage = requireNonNull(stage, "stage");
    this.pace = requireNonNull(pace, "pace");
    this.timing = requireNonNull(timing, "timing");
    this.progress = requireNonNull(progress, "progress");
  }

  /** The steady state, then every event. */
  public List<EventReport> run(Scenario scenario) throws InterruptedException {
    List<EventReport> reports = new ArrayList<>();
    progress.accept("steady: settling");
    reports.add(report(steady(scenario)));
    for (ScenarioEvent event : scenario.events()) {
      progress.accept("event: " + title(event));
      reports.add(report(play(event)));
    }
    return reports;
  }

  private EventReport report(EventReport report) {
    SummaryText.event(report).forEach(progress);
    return report;
  }

  private EventReport steady(Scenario scenario) throws InterruptedException {
    TruthWindow window = stage.beginWindow();
    long epoch = newest(stage.deployment());
    long begin = pace.nanos();
    Course course = new Course(epoch, begin);
    follow(course, timing.wholeSettle() ? scenario.settleSeconds() : timing.quietSeconds(), 0);
    TrueThroughput truth = stage.truth();
    return finish(
        "steady",
        true,
        EventReport.Reaction.STEADY,
        course,
        truth,
        window,
        "",
        scenario.steadyLimits());
  }

  private EventReport play(ScenarioEvent event) throws InterruptedException {
    TrueThroughput before = stage.truth();
    long epoch = newest(stage.deployment());
    TruthWindow window = stage.beginWindow();
    Course course = new Course(epoch, pace.nanos());
    String remark = stage.remark(event);
    String title = title(event) + (remark.isEmpty() ? "" : ", " + remark);
    stage.apply(event);
    double limit = event.limits().maxReactionSeconds();
    double reaction =
        Double.isFinite(limit)
            ? Math.max(limit, timing.reactionSeconds())
            : timing.reactionSeconds();
    double first = Math.min(reaction, timing.goodEnoughSeconds());
    follow(course, timing.wholeSettle() ? event.settleSeconds() : 0, first);
    boolean isGoodEnough = course.firstAdopted == 0 && isGoodEnough();
    if (course.firstAdopted == 0 && !isGoodEnough) {
      follow(course, 0, reaction - first);
    }
    EventReport.Reaction outcome =
        course.firstAdopted == 0 ? ask(course, isGoodEnough) : EventReport.Reaction.ADOPTED;
    if (course.firstAdopted != 0 && course.active == 0) {
      outcome = EventReport.Reaction.STUCK;
    }
    return finish(
        title, isPlanned(event), outcome, course, before, window, course.reason, event.limits());
  }

  private boolean isGoodEnough() {
    return stage.truth().tokensPerSecond()
        >= Verdict.GOOD_ENOUGH * stage.reference().fresh().tokensPerSecond();
  }

  /** Asks a scheduler that has not reacted, so that it says why. */
  private EventReport.Reaction ask(Course course, boolean isGoodEnough)
      throws InterruptedException {
    RebalanceDeploymentResponse answer = stage.rebalance();
    course.reason = answer.getReason();
    if (!answer.getAdopted()) {
      return EventReport.Reaction.KEPT;
    }
    follow(course, 0, timing.reactionSeconds());
    return isGoodEnough ? EventReport.Reaction.REFINED : EventReport.Reaction.ASKED;
  }

  /**
   * Watches until a new plan is in force and no newer one came for a while.
   *
   * @param leastSeconds watch at least this long
   * @param reactionSeconds wait at most this long for a first plan
   */
  private void follow(Course course, double leastSeconds, double reactionSeconds)
      throws InterruptedException {
    long begin = pace.nanos();
    while (true) {
      long now = pace.nanos();
      course.see(stage.deployment(), now);
      double seconds = (now - begin) / NANOS_PER_SECOND;
      boolean isOver;
      if (course.firstAdopted == 0) {
        isOver = seconds >= reactionSeconds;
      } else if (course.active == 0) {
        isOver = (now - course.lastAdopted) / NANOS_PER_SECOND >= timing.activeSeconds();
      } else {
        isOver = (now - course.active) / NANOS_PER_SECOND >= timing.quietSeconds();
      }
      if (isOver && seconds >= leastSeconds) {
        return;
      }
      pace.sleep(POLL_MILLIS);
    }
  }

  private EventReport finish(
      String title,
      boolean isPlanned,
      EventReport.Reaction reaction,
      Course course,
      TrueThroughput before,
      TruthWindow window,
      String reason,
      CheckLimits limits)
      throws InterruptedException {
    pace.sleep(3 * POLL_MILLIS);
    TrueThroughput after = stage.truth();
    Reference reference = stage.reference();
    return new EventReport(
        title,
        isPlanned,
        reaction,
        reason,
        course.seconds(course.firstAdopted),
        course.seconds(course.active),
        course.epochs,
        course.movedBytes,
        new EventReport.Experts(reference.policy(), course.movedShards, reference.balancedness()),
        before,
        window.worstTokensPerSecond(),
        window.worstBalance(),
        after,
        reference.fresh().tokensPerSecond(),
        reference.inForce().tokensPerSecond(),
        window.mostUnservedExperts() + window.mostUnservedLayers(),
        window.unservedSeconds(),
        window.violations(),
        window.violationCount(),
        window.looks(),
        limits);
  }

  private static long newest(Deployment deployment) {
    return DeploymentText.epoch(deployment).getNumber();
  }

  /** Whether an event leaves the scheduler time to move everything before it stops serving. */
  private static boolean isPlanned(ScenarioEvent event) {
    return switch (event) {
      case ScenarioEvent.ShiftLoad ignored -> true;
      case ScenarioEvent.SlowDevice ignored -> true;
      case ScenarioEvent.KillNode ignored -> false;
      case ScenarioEvent.ReturnNode ignored -> true;
    };
  }

  /** An event for people. */
  public static String title(ScenarioEvent event) {
    return switch (event) {
      case ScenarioEvent.ShiftLoad ignored -> "load shifts";
      case ScenarioEvent.SlowDevice slow ->
          slow.device() + " slows to " + Units.percent(slow.speed());
      case ScenarioEvent.KillNode kill -> kill.node() + " is killed";
      case ScenarioEvent.ReturnNode back -> back.node() + " returns";
    };
  }

  /** Plans seen since an event. */
  private static final class Course {
    private final long epochBefore;
    private final long begin;
    private long firstAdopted;
    private long lastAdopted;
    private long active;
    private long newest;
    private int epochs;
    private long movedBytes;
    private long movedShards;
    private String reason = "";

    Course(long epochBefore, long begin) {
      this.epochBefore = epochBefore;
      this.begin = begin;
      this.newest = epochBefore;
    }

    void see(Deployment deployment, long now) {
      Epoch last = DeploymentText.epoch(deployment);
      if (last.getNumber() > newest) {
        newest = last.getNumber();
        lastAdopted = now;
        active = 0;
        reason = last.getReason();
        if (firstAdopted == 0) {
          firstAdopted = now;
        }
      }
      boolean serves = deployment.getState() == DeploymentState.DEPLOYMENT_STATE_SERVING;
      if (firstAdopted != 0 && active == 0 && last.hasActiveTime() && serves) {
        active = now;
      }
      List<Epoch> fresh =
          deployment.getEpochsList().stream().filter(e -> e.getNumber() > epochBefore).toList();
      epochs = fresh.size();
      movedBytes = fresh.stream().mapToLong(Epoch::getMovedBytes).sum();
      movedShards = fresh.stream().mapToLong(Epoch::getMovedShards).sum();
    }

    double seconds(long moment) {
      return moment == 0 ? Double.NaN : (moment - begin) / NANOS_PER_SECOND;
    }
  }
}
