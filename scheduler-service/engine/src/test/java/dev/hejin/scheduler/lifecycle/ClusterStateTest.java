package dev.hejin.scheduler.lifecycle;

import static dev.hejin.scheduler.lifecycle.SampleDeployments.plan;
import static dev.hejin.scheduler.lifecycle.SampleDeployments.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Samples;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Plan;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Effect of each event. */
class ClusterStateTest {
  private static final Node NODE = Samples.node("n1", 2);

  private final ClusterState state = new ClusterState();
  private long time = 100;

  private void apply(Event... events) {
    for (Event event : events) {
      state.apply(event, time++);
    }
  }

  private static Event adopted(long epoch, String device) {
    return new Event.PlanAdopted(
        "d", epoch, "reason " + epoch, plan(device, 500), SampleDeployments.otherLoad(), 7, 3);
  }

  private NodeEntry node() {
    return Objects.requireNonNull(state.nodes().get("n1"));
  }

  private DeploymentEntry deployment() {
    return state.deployment("d").orElseThrow();
  }

  @Test
  void shouldJoinLoseAndJoinAgain() {
    // Given
    apply(new Event.NodeJoined(NODE));
    NodeEntry joined = node();
    apply(new Event.NodeLost("n1", "silent for 5 s"));
    NodeEntry lost = node();

    // When
    apply(new Event.NodeJoined(Samples.node("n1", 3)));

    // Then
    assertThat(joined).isEqualTo(new NodeEntry(NODE, true, false, ""));
    assertThat(lost).isEqualTo(new NodeEntry(NODE, false, false, "silent for 5 s"));
    assertThat(lost.isUsable()).isFalse();
    assertThat(state.nodes())
        .containsEntry("n1", new NodeEntry(Samples.node("n1", 3), true, false, ""));
  }

  @Test
  void shouldStayDrainedOverLossAndReturn() {
    // Given
    apply(new Event.NodeJoined(NODE), new Event.NodeDrained("n1", "repair"));
    NodeEntry drained = node();

    // When
    apply(new Event.NodeLost("n1", "silent"), new Event.NodeJoined(NODE));

    // Then
    assertThat(drained).isEqualTo(new NodeEntry(NODE, true, true, "repair"));
    assertThat(node().isUsable()).isFalse();
    assertThat(state.usablePool().nodes()).isEmpty();
  }

  @Test
  void shouldUndrain() {
    // Given
    apply(new Event.NodeJoined(NODE), new Event.NodeDrained("n1", "repair"));

    // When
    apply(new Event.NodeUndrained("n1"));

    // Then
    assertThat(state.nodes()).containsEntry("n1", new NodeEntry(NODE, true, false, ""));
    assertThat(state.usablePool().nodes()).containsExactly(NODE);
  }

  @Test
  void shouldOfferUsableNodesWithTheirSpeeds() {
    // Given
    apply(
        new Event.NodeJoined(NODE),
        new Event.NodeJoined(Samples.node("n2", 1)),
        new Event.SpeedObserved("n1/1", 0.5, "two windows"),
        new Event.SpeedObserved("n2/0", 0.7, "two windows"));

    // When
    apply(new Event.NodeLost("n2", "silent"));

    // Then
    assertThat(state.usablePool().nodes()).containsExactly(NODE);
    assertThat(state.usablePool().speedFactors()).containsOnly(Map.entry("n1/1", 0.5));
    assertThat(state.speeds()).containsEntry("n2/0", new SpeedEntry(0.7, "two windows"));
  }

  @Test
  void shouldReplaceObservedSpeed() {
    // Given
    apply(new Event.NodeJoined(NODE), new Event.SpeedObserved("n1/1", 0.5, "slow"));

    // When
    apply(new Event.SpeedObserved("n1/1", 1.0, "well again"));

    // Then
    assertThat(state.speeds()).containsOnly(Map.entry("n1/1", new SpeedEntry(1.0, "well again")));
  }

  @Test
  void shouldCreateDeploymentWithoutPlan() {
    // When
    apply(new Event.DeploymentCreated(spec("d")));

    // Then
    assertThat(deployment())
        .isEqualTo(
            new DeploymentEntry(
                spec("d"),
                null,
                SampleDeployments.load(),
                0,
                false,
                "",
                false,
                List.of(),
                MigrationHold.NONE,
                null));
    assertThat(deployment().targetPlan()).isEmpty();
  }

  @Test
  void shouldAdoptPlan() {
    // Given
    apply(new Event.DeploymentCreated(spec("d")));

    // When
    apply(adopted(1, "n1/0"));

    // Then
    assertThat(deployment().targetPlan()).contains(plan("n1/0", 500));
    assertThat(deployment().load()).isEqualTo(SampleDeployments.otherLoad());
    assertThat(deployment().epoch()).isEqualTo(1);
    assertThat(deployment().active()).isFalse();
    assertThat(deployment().epochs())
        .containsExactly(new EpochEntry(1, "reason 1", 2, 101, 0, 7, 3, 500));
  }

  @Test
  void shouldActivateEpoch() {
    // Given
    apply(new Event.DeploymentCreated(spec("d")), adopted(1, "n1/0"));

    // When
    apply(new Event.EpochActivated("d", 1));

    // Then
    assertThat(deployment().active()).isTrue();
    assertThat(deployment().epochs())
        .containsExactly(new EpochEntry(1, "reason 1", 2, 101, 102, 7, 3, 500));
  }

  @Test
  void shouldNotTakeAnOldEpochForTheTarget() {
    // Given
    apply(new Event.DeploymentCreated(spec("d")), adopted(1, "n1/0"), adopted(2, "n1/1"));

    // When
    apply(new Event.EpochActivated("d", 1));

    // Then
    assertThat(deployment().active()).isFalse();
    assertThat(deployment().epochs())
        .extracting(EpochEntry::activeMillis)
        .containsExactly(103L, 0L);
  }

  @Test
  void shouldBeInactiveAgainWithNextPlan() {
    // Given
    apply(
        new Event.DeploymentCreated(spec("d")),
        adopted(1, "n1/0"),
        new Event.EpochActivated("d", 1));

    // When
    apply(adopted(2, "n1/1"));

    // Then
    assertThat(deployment().active()).isFalse();
    assertThat(deployment().epochs())
        .extracting(EpochEntry::activeMillis)
        .containsExactly(102L, 0L);
  }

  @Test
  void shouldKeepServingPlanWhileBlocked() {
    // Given
    apply(
        new Event.DeploymentCreated(spec("d")),
        adopted(1, "n1/0"),
        new Event.EpochActivated("d", 1));

    // When
    apply(new Event.DeploymentBlocked("d", "3 GB are missing"));

    // Then
    assertThat(deployment().blockedReason()).isEqualTo("3 GB are missing");
    assertThat(deployment().active()).isTrue();
    assertThat(deployment().targetPlan()).contains(plan("n1/0", 500));
  }

  @Test
  void shouldUnblockWithNextPlan() {
    // Given
    apply(
        new Event.DeploymentCreated(spec("d")),
        adopted(1, "n1/0"),
        new Event.DeploymentBlocked("d", "3 GB are missing"));

    // When
    apply(adopted(2, "n1/1"));

    // Then
    assertThat(deployment().blockedReason()).isEmpty();
  }

  @Test
  void shouldDelete() {
    // Given
    apply(
        new Event.DeploymentCreated(spec("d")),
        adopted(1, "n1/0"),
        new Event.EpochActivated("d", 1),
        new Event.DeploymentBlocked("d", "3 GB are missing"),
        new Event.DeploymentDeleting("d"));
    DeploymentEntry deleting = deployment();

    // When
    apply(new Event.DeploymentDeleted("d"));

    // Then
    assertThat(deleting.deleting()).isTrue();
    assertThat(deleting.active()).isFalse();
    assertThat(deleting.blockedReason()).isEmpty();
    assertThat(deleting.targetPlan()).isPresent();
    assertThat(state.deployments()).isEmpty();
  }

  @Test
  void shouldRememberLatestEpochsOnly() {
    // Given
    apply(new Event.DeploymentCreated(spec("d")));

    // When
    LongStream.rangeClosed(1, 40).forEach(epoch -> apply(adopted(epoch, "n1/0")));

    // Then
    assertThat(deployment().epoch()).isEqualTo(40);
    assertThat(deployment().epochs())
        .extracting(EpochEntry::number)
        .containsExactlyElementsOf(LongStream.rangeClosed(9, 40).boxed().toList());
  }

  static Stream<Arguments> events() {
    return Stream.of(
        arguments(true, new Event.NodeJoined(Samples.node("n2", 1))),
        arguments(true, new Event.NodeLost("n1", "silent")),
        arguments(true, new Event.NodeDrained("n1", "repair")),
        arguments(true, new Event.NodeUndrained("n1")),
        arguments(true, new Event.SpeedObserved("n1/0", 0.5, "")),
        arguments(false, new Event.DeploymentCreated(spec("e"))),
        arguments(true, adopted(1, "n1/0")),
        arguments(false, adopted(2, "n1/0")),
        arguments(false, new Event.EpochActivated("d", 1)),
        arguments(false, new Event.DeploymentBlocked("d", "3 GB are missing")),
        arguments(false, new Event.DeploymentDeleting("d")),
        arguments(true, new Event.DeploymentDeleted("d")));
  }

  @ParameterizedTest
  @MethodSource("events")
  void shouldCountRevisionsAndPoolChanges(boolean changesPool, Event event) {
    // Given
    apply(new Event.NodeJoined(NODE), new Event.DeploymentCreated(spec("d")));

    // When
    apply(event);

    // Then
    assertThat(state.revision()).isEqualTo(3);
    assertThat(state.poolRevision()).isEqualTo(changesPool ? 3 : 1);
  }

  static Stream<Event> eventsOfNobody() {
    return Stream.of(
        new Event.NodeLost("n9", ""),
        new Event.NodeDrained("n9", ""),
        new Event.NodeUndrained("n9"),
        adopted(1, "n1/0"),
        new Event.EpochActivated("d", 1),
        new Event.DeploymentBlocked("d", "3 GB are missing"),
        new Event.DeploymentDeleting("d"),
        new Event.DeploymentDeleted("d"));
  }

  @ParameterizedTest
  @MethodSource("eventsOfNobody")
  void shouldCreateNothingByChangingIt(Event event) {
    // When
    apply(event);

    // Then
    assertThat(state.nodes()).isEmpty();
    assertThat(state.deployments()).isEmpty();
    assertThat(state.revision()).isEqualTo(1);
  }

  @Test
  void shouldLetNobodyElseChangeIt() {
    // Given
    apply(new Event.NodeJoined(NODE), new Event.DeploymentCreated(spec("d")));

    // When, then
    assertThatThrownBy(() -> state.nodes().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> state.deployments().remove("d"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> state.speeds().put("n1/0", new SpeedEntry(1, "")))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void shouldOfferEachDeploymentWhatTheOthersLeave() {
    // Given
    apply(
        new Event.NodeJoined(NODE),
        new Event.DeploymentCreated(SampleDeployments.spec("d")),
        new Event.DeploymentCreated(SampleDeployments.spec("e")));
    long before = state.poolRevision();
    double whole = NODE.devices().getFirst().memoryBytes().value();

    // When
    apply(adopted(1, "n1/0"));

    // Then
    assertThat(state.poolFor("e").device("n1/0").orElseThrow().memoryBytes().value())
        .isEqualTo(whole - 22);
    assertThat(state.poolFor("e").device("n1/1").orElseThrow().memoryBytes().value())
        .isEqualTo(whole);
    assertThat(state.poolFor("d")).isEqualTo(state.usablePool());
    assertThat(state.poolRevision()).isGreaterThan(before);
  }

  @Test
  void shouldNotOfferFullDevices() {
    // Given
    Plan plan = plan("n1/0", 500);
    long whole = (long) NODE.devices().getFirst().memoryBytes().value();
    Plan full =
        new Plan(
            plan.placement(),
            List.of(new DeviceMemory("n1/0", whole, whole - 1, 0, 0, 1)),
            plan.prediction(),
            List.of(),
            List.of(),
            "hejin");

    // When
    apply(
        new Event.NodeJoined(NODE),
        new Event.DeploymentCreated(SampleDeployments.spec("d")),
        new Event.PlanAdopted("d", 1, "", full, SampleDeployments.load(), 1, 1));

    // Then
    assertThat(state.poolFor("e").devices()).extracting(Device::id).containsExactly("n1/1");
  }
}
