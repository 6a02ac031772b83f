package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.lifecycle.StatePart;
import dev.hejin.scheduler.model.ModelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Logs that earlier versions wrote must come to the same state for ever. */
class EventFormatTest {

  private static List<LogRecord> recorded(String resource) throws IOException {
    List<LogRecord> records = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(EventFormatTest.class.getResourceAsStream(resource))) {
      for (EventRecord next = EventRecord.parseDelimitedFrom(in);
          next != null;
          next = EventRecord.parseDelimitedFrom(in)) {
        records.add(LogRecord.parse(next.toByteArray()));
      }
    }
    return records;
  }

  private static ModelSpec model(ClusterState state, String deployment) {
    return state.deployment(deployment).orElseThrow().spec().model();
  }

  private static ClusterState fold(List<Event> events) {
    ClusterState state = new ClusterState();
    for (int i = 0; i < events.size(); i++) {
      state.apply(events.get(i), RecordedEvents.timeMillis(i));
    }
    return state;
  }

  private static ClusterState replay(List<LogRecord> records) {
    ClusterState state = new ClusterState();
    for (LogRecord record : records) {
      assertThat(record.revision()).isEqualTo(state.revision() + 1);
      state.apply(record.event(name -> model(state, name)), record.timeMillis());
    }
    return state;
  }

  private static void assertSame(ClusterState replayed, ClusterState expected) {
    assertThat(replayed.revision()).isEqualTo(expected.revision());
    assertThat(replayed.poolRevision()).isEqualTo(expected.poolRevision());
    assertThat(new TreeMap<>(replayed.nodes())).isEqualTo(new TreeMap<>(expected.nodes()));
    assertThat(new TreeMap<>(replayed.speeds())).isEqualTo(new TreeMap<>(expected.speeds()));
    assertThat(new TreeMap<>(replayed.deployments()))
        .isEqualTo(new TreeMap<>(expected.deployments()));
    assertThat(replayed.snapshot()).isEqualTo(expected.snapshot());
  }

  @Test
  void shouldReplayFormat1() throws IOException {
    // Given
    List<LogRecord> records = recorded("/events/format-1.bin");

    // When
    ClusterState replayed = replay(records);

    // Then
    assertThat(records).allMatch(record -> record.message().getFormatVersion() == 1);
    assertSame(replayed, fold(RecordedEvents.ofFormat1()));
    assertThat(replayed.deployments()).containsOnlyKeys("tiny");
  }

  @Test
  void shouldReplayFormat2() throws IOException {
    // Given
    List<LogRecord> records = recorded("/events/format-2.bin");

    // When
    ClusterState replayed =
        replay(records.stream().filter(record -> !record.isSnapshotPart()).toList());

    // Then
    assertThat(records).allMatch(record -> record.message().getFormatVersion() == 2);
    assertSame(replayed, fold(RecordedEvents.all()));
    assertThat(replayed.deployments()).containsOnlyKeys("gone", "tiny");
  }

  @Test
  void shouldStartFromSnapshotOfFormat2() throws IOException {
    // Given
    List<LogRecord> records = recorded("/events/format-2.bin");
    List<StatePart> parts =
        records.stream().filter(LogRecord::isSnapshotPart).map(LogRecord::part).toList();

    // When
    ClusterState restored = new ClusterState();
    restored.restore(parts);
    records.stream()
        .filter(
            record -> !record.isSnapshotPart() && record.revision() > RecordedEvents.SNAPSHOT_AT)
        .forEach(
            record ->
                restored.apply(record.event(name -> model(restored, name)), record.timeMillis()));

    // Then
    assertSame(restored, fold(RecordedEvents.all()));
  }

  @Test
  void shouldReadModelThatTheCatalogueHasLost() throws IOException {
    // Given
    LogRecord created =
        recorded("/events/format-2.bin").stream()
            .filter(record -> record.message().hasDeploymentCreated())
            .filter(record -> !record.message().getDeploymentCreated().getModelName().isEmpty())
            .findFirst()
            .orElseThrow();
    EventRecord.Builder renamed = created.message().toBuilder();
    renamed
        .getDeploymentCreatedBuilder()
        .getSpecBuilder()
        .getModelBuilder()
        .setCatalogName("no-longer-there");

    // When
    Event event = new LogRecord(renamed.build()).event(name -> RecordedEvents.MODEL);

    // Then
    assertThat(((Event.DeploymentCreated) event).spec().model())
        .isEqualTo(ModelCatalog.bundled().model("mixtral-8x7b"));
  }
}
