package dev.hejin.scheduler.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.app.codec.RecordedEvents;
import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.lifecycle.MigrationHold;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What follows a repair, and what comes before the first one. */
class RenewalTest {
  private static final String NAME = "tiny";
  private static final String OTHER_NODE = "n2.rack-7";
  private static final long ACTIVE_MILLIS = 1_800_000_000_000L;
  private static final long COOLED_MILLIS = ACTIVE_MILLIS + 6_000;

  private final SchedulerConfig.Rebalance settings = SampleConfig.of("127.0.0.1:1").rebalance();
  private final ControlLoop loop = new ControlLoop();
  private final PlannerWorker planner = new PlannerWorker(Workers.THREADS);
  private final MovedClock clock = new MovedClock(ACTIVE_MILLIS);
  private final Committer committer =
      new Committer(
          new EventLog("127.0.0.1:1", "unused"),
          clock,
          loop,
          SampleConfig.of("127.0.0.1:1").log(),
          "a:1",
          () -> true,
          Workers.THREADS);
  private final UsableDevices devices = new UsableDevices(committer);
  private final Calibrator calibrator = new Calibrator(true);
  private final PlanRequests requests =
      new PlanRequests(committer, new Observer(committer, settings), calibrator);
  private final Replanning replanning =
      new Replanning(
          committer,
          planner,
          loop,
          requests,
          new Adoption(settings, committer, calibrator, devices, name -> {}));
  private final Cooldown cooldown = new Cooldown(COOLED_MILLIS - ACTIVE_MILLIS, committer);
  private final Renewal renewal = new Renewal(cooldown, committer, devices, replanning);
  private final CountDownLatch end = new CountDownLatch(1);

  @BeforeEach
  void repairedAndServing() {
    // What comes of plans is decided on the loop, which stands still until the test is over.
    loop.post(
        () -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    RecordedEvents.all().forEach(this::apply);
    apply(new Event.DeviceRestored("n1/1", "repaired"));
    apply(new Event.NodeJoined(RecordedEvents.node(OTHER_NODE)));
    apply(new Event.EpochActivated(NAME, 3));
    renewal.consider(entry(), ACTIVE_MILLIS);
  }

  @AfterEach
  void close() {
    end.countDown();
    loop.close();
    planner.close();
    committer.close();
  }

  private void apply(Event event) {
    committer.state().apply(event, ACTIVE_MILLIS);
  }

  private DeploymentEntry entry() {
    return committer.state().deployment(NAME).orElseThrow();
  }

  private boolean isPlannedAnew(long nowMillis) {
    clock.millis = nowMillis;
    renewal.consider(entry(), nowMillis);
    return replanning.isPlanning(NAME);
  }

  @Test
  void shouldPlanAnewWithoutTelemetryOnceThePlanHasSettled() {
    assertThat(isPlannedAnew(COOLED_MILLIS - 1)).isFalse();
    assertThat(isPlannedAnew(COOLED_MILLIS)).isTrue();
  }

  @Test
  void shouldNotWaitForATimeOfDayThatWasPutBack() {
    // Given
    clock.millis = ACTIVE_MILLIS - 3_600_000;

    // When
    renewal.consider(entry(), COOLED_MILLIS);

    // Then
    assertThat(replanning.isPlanning(NAME)).isTrue();
  }

  @Test
  void shouldLeaveANewLeaderItsTime() {
    // Given
    Renewal later = new Renewal(cooldown, committer, devices, replanning);

    // When
    clock.millis = COOLED_MILLIS;
    later.consider(entry(), COOLED_MILLIS);

    // Then
    assertThat(replanning.isPlanning(NAME)).isFalse();
  }

  @Test
  void shouldPlanOnceForOneChangeOfThePool() {
    // Given
    replanning.consider(NAME);

    // When, then
    assertThat(isPlannedAnew(COOLED_MILLIS)).isFalse();
    apply(new Event.NodeJoined(RecordedEvents.node("n3")));
    assertThat(isPlannedAnew(COOLED_MILLIS)).isTrue();
  }

  @Test
  void shouldLeaveLostDevicesToTheRepair() {
    // Given
    apply(new Event.NodeLost(OTHER_NODE, "silent"));

    // When, then
    assertThat(isPlannedAnew(COOLED_MILLIS)).isFalse();
  }

  @Test
  void shouldLeaveAPausedDeploymentAlone() {
    // Given
    apply(
        new Event.MigrationModeChanged(
            NAME, new MigrationHold(MigrationHold.Mode.PAUSED, "night")));

    // When, then
    assertThat(isPlannedAnew(COOLED_MILLIS)).isFalse();
  }

  @Test
  void shouldRehearseTheLossOfANodeOfEachStage() {
    // Given
    Plan plan = RecordedEvents.plan(0.5);
    Pool pool =
        new Pool(List.of(RecordedEvents.node("n1"), RecordedEvents.node(OTHER_NODE)), Map.of());
    PlanRequest request = requests.of(entry(), entry().load(), pool);

    // When
    List<PlanRequest> losses = Rehearsal.losses(request, plan, 40);

    // Then
    assertThat(losses)
        .extracting(loss -> loss.pool().nodes().stream().map(Node::id).toList())
        .containsExactly(List.of(OTHER_NODE), List.of("n1"));
    assertThat(losses).allMatch(loss -> loss.inForce().equals(request.inForce()));
    assertThat(Rehearsal.losses(request, plan, 1)).hasSize(1);
  }
}
