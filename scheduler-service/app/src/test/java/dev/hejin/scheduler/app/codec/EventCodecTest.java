package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanOptions;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {
  private static final long REVISION = 17;
  private static final long TIME_MILLIS = 1_767_225_600_123L;

  private static Event sentAndReadBack(Event event, ModelSpec model) {
    byte[] bytes = LogRecord.of(event, REVISION, TIME_MILLIS).toBytes();
    return LogRecord.parse(bytes).event(name -> model);
  }

  static List<Event> events() {
    List<Event> events = new ArrayList<>(RecordedEvents.all());
    events.add(new Event.NodeForgotten("n2.rack-7"));
    return events;
  }

  @ParameterizedTest
  @MethodSource("events")
  void shouldReadBackWhatItWrote(Event event) {
    // When
    Event read = sentAndReadBack(event, RecordedEvents.MODEL);

    // Then
    assertThat(read).isEqualTo(event);
  }

  @Test
  void shouldBeTestedWithEveryTypeOfEvent() {
    // When
    List<Event> events = events();

    // Then
    assertThat(events)
        .<String>extracting(event -> event.getClass().getSimpleName())
        .containsAll(
            Arrays.stream(Event.class.getPermittedSubclasses()).map(Class::getSimpleName).toList());
  }

  @Test
  void shouldStampRecords() {
    // When
    LogRecord record = LogRecord.of(new Event.NodeUndrained("n1"), REVISION, TIME_MILLIS);

    // Then
    assertThat(record.revision()).isEqualTo(REVISION);
    assertThat(record.timeMillis()).isEqualTo(TIME_MILLIS);
    assertThat(record.message().getFormatVersion()).isEqualTo(EventCodec.FORMAT_VERSION);
  }

  @Test
  void shouldReadBackGeneratedPlan() {
    // Given
    ModelSpec model = ModelCatalog.bundled().model("mixtral-8x7b");
    Random random = new Random(3);
    double[][] counts =
        model.layers().stream()
            .map(LayerSpec::routedExperts)
            .map(experts -> random.ints(experts, 1, 1000).asDoubleStream().toArray())
            .toArray(double[][]::new);
    ExpertLoad load = ExpertLoad.of(model, counts);
    Node node =
        CapabilityCodec.fromProto("node", CapabilityCodec.toProto(RecordedEvents.node("n1")));
    PlanResult result =
        new Planner()
            .plan(
                new PlanRequest(
                    model,
                    Pool.of(List.of(node)),
                    new Workload(64, 1000),
                    load,
                    PlanOptions.DEFAULT,
                    null));
    assertThat(result).isInstanceOf(PlanResult.Feasible.class);
    Plan plan = ((PlanResult.Feasible) result).plan();
    Event event = new Event.PlanAdopted("d", 1, "asked for", plan, load, 1, 2);

    // When
    Event read = sentAndReadBack(event, model);

    // Then
    assertThat(read).isEqualTo(event);
    assertThat(plan.placement().layers()).isEqualTo(32);
  }

  @Test
  void shouldReadBackPipelineOfService() {
    // Given
    DeploymentSpec spec =
        RecordedEvents.spec().pipeline(3, new Workload(16, 4096), List.of("n2/0", "n1/1"));

    // When
    Event replayed = sentAndReadBack(new Event.DeploymentCreated(spec), RecordedEvents.MODEL);

    // Then
    assertThat(replayed).isEqualTo(new Event.DeploymentCreated(spec));
    assertThat(spec.name()).isEqualTo("tiny-p3");
    assertThat(spec.membership().orElseThrow().homeDeviceIds()).containsExactly("n1/1", "n2/0");
  }

  @Test
  void shouldNotFillTheLogFromTodaysCatalogue() {
    // Given
    Node node = RecordedEvents.node("n1");

    // When
    Node completed = CapabilityCodec.fromProto("node", CapabilityCodec.toProto(node));
    Event replayed = sentAndReadBack(new Event.NodeJoined(node), RecordedEvents.MODEL);

    // Then
    assertThat(completed.devices().get(1).memoryBytes().isKnown()).isTrue();
    assertThat(replayed).isEqualTo(new Event.NodeJoined(node));
  }

  @Test
  void shouldRefuseNewerFormat() {
    // Given
    EventRecord newer =
        EventCodec.toProto(new Event.NodeUndrained("n1"), REVISION, TIME_MILLIS).toBuilder()
            .setFormatVersion(3)
            .build();

    // When, then
    assertThatThrownBy(() -> EventCodec.fromProto(newer, name -> RecordedEvents.MODEL))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo("format_version"))
        .hasMessage(
            "event 17 has format 3, this version reads up to 2"
                + "\nMaybe a newer scheduler wrote it; run that version.");
  }

  @Test
  void shouldRefuseEventOfUnknownType() {
    // Given
    EventRecord empty = EventRecord.newBuilder().setFormatVersion(1).setRevision(REVISION).build();

    // When, then
    assertThatThrownBy(() -> EventCodec.fromProto(empty, name -> RecordedEvents.MODEL))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo("event"))
        .hasMessageStartingWith("event 17 is empty\nMaybe ");
  }

  @Test
  void shouldRefuseBytesThatAreNoRecord() {
    // Given
    byte[] bytes = "not a record".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    // When, then
    assertThatThrownBy(() -> LogRecord.parse(bytes))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("is not an event: ")
        .hasMessageContaining("\nMaybe another program writes to this topic");
  }
}
