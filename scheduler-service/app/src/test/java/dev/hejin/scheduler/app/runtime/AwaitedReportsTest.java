package dev.hejin.scheduler.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.app.codec.RecordedEvents;
import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DirectiveOrder;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.detect.HeartbeatDetector;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.Event;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a deployment while a new leader has not heard from all nodes. */
class AwaitedReportsTest {
  private static final String SERVED = "tiny";
  private static final long FIRST_REPORTS_MILLIS = 5_000;
  private static final long START_MILLIS = 1_800_000_000_000L;

  private final SchedulerConfig config = SampleConfig.of("127.0.0.1:1");
  private final MovedClock clock = new MovedClock(START_MILLIS);
  private final ControlLoop loop = new ControlLoop();
  private final Committer committer =
      new Committer(
          new EventLog("127.0.0.1:1", "unused"),
          clock,
          loop,
          config.log(),
          "a:1",
          () -> true,
          Workers.THREADS);
  private final AgentSessions sessions = new AgentSessions();
  private final Books books = new Books();
  private final Reconciler reconciler =
      new Reconciler(config.migration(), committer, books, sessions, clock);
  private final Views views =
      new Views(
          committer,
          reconciler,
          new Observer(committer, config.rebalance()),
          new Calibrator(true),
          books,
          sessions);

  @BeforeEach
  void takeOver() {
    List<Event> events = RecordedEvents.all();
    for (Event event : events) {
      committer.state().apply(event, START_MILLIS);
    }
    committer.state().apply(new Event.LeaderElected("a:1", 4), START_MILLIS);
    committer.state().apply(new Event.NodeJoined(RecordedEvents.node("n2.rack-7")), START_MILLIS);
    sessions.leadsSince(clock.millis());
  }

  @AfterEach
  void close() {
    loop.close();
    committer.close();
  }

  private void registers(String node) {
    HeartbeatDetector beats = new HeartbeatDetector(1_000, 500, clock.millis());
    sessions.put(
        node,
        new AgentSessions.Session(
            "i", new SilentLink(), beats, Registration.Remarks.NONE, clock.millis()));
  }

  private DeploymentView.State state(int unserved) {
    DeploymentEntry entry = committer.state().deployment(SERVED).orElseThrow();
    return reconciler.state(entry, unserved, true);
  }

  @Test
  void shouldNotTellOfServiceBeforeNodesHaveReported() {
    // Given
    registers("n1");

    // When
    DeploymentView view = views.deployment(SERVED);

    // Then
    assertThat(view.state()).isEqualTo(DeploymentView.State.AWAITING_REPORTS);
    assertThat(view.stateReason()).startsWith("1 nodes have not told this new leader yet");
    assertThat(view.progress()).isEmpty();
  }

  @Test
  void shouldTellWhatItKnowsOnceAllHaveReported() {
    // Given
    registers("n1");
    registers("n2.rack-7");

    // When
    DeploymentView view = views.deployment(SERVED);

    // Then
    assertThat(view.state()).isEqualTo(DeploymentView.State.MIGRATING);
    assertThat(view.progress()).isPresent();
    assertThat(state(3)).isEqualTo(DeploymentView.State.DEGRADED);
  }

  @Test
  void shouldCallNothingDegradedThatANodeMayYetReport() {
    // Given
    registers("n1");

    // When
    clock.millis += FIRST_REPORTS_MILLIS;

    // Then
    assertThat(state(3)).isEqualTo(DeploymentView.State.AWAITING_REPORTS);
    assertThat(state(0)).isEqualTo(DeploymentView.State.MIGRATING);
    assertThat(views.deployment(SERVED).progress()).isPresent();
  }

  @Test
  void shouldAwaitNoNodeThatIsLost() {
    // Given
    registers("n1");

    // When
    committer.state().apply(new Event.NodeLost("n2.rack-7", "silent"), clock.millis());

    // Then
    assertThat(state(3)).isEqualTo(DeploymentView.State.DEGRADED);
  }

  /** An agent that nobody listens to. */
  private static final class SilentLink implements AgentLink {
    @Override
    public void accepted(long revision, long term) {}

    @Override
    public void send(DirectiveOrder order) {}

    @Override
    public void close(String reason) {}

    @Override
    public void leave(UnavailableException refusal) {}
  }
}
