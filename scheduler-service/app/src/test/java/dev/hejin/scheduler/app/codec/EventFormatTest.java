package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Event;
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

  @Test
  void shouldReplayFormat1() throws IOException {
    // Given
    ClusterState expected = new ClusterState();
    List<Event> events = RecordedEvents.all();
    for (int i = 0; i < events.size(); i++) {
      expected.apply(events.get(i), RecordedEvents.timeMillis(i));
    }

    // When
    ClusterState replayed = new ClusterState();
    for (LogRecord record : recorded("/events/format-1.bin")) {
      assertThat(record.revision()).isEqualTo(replayed.revision() + 1);
      replayed.apply(record.event(name -> model(replayed, name)), record.timeMillis());
    }

    // Then
    assertThat(replayed.revision()).isEqualTo(15);
    assertThat(replayed.poolRevision()).isEqualTo(expected.poolRevision());
    assertThat(new TreeMap<>(replayed.nodes())).isEqualTo(new TreeMap<>(expected.nodes()));
    assertThat(new TreeMap<>(replayed.speeds())).isEqualTo(new TreeMap<>(expected.speeds()));
    assertThat(new TreeMap<>(replayed.deployments()))
        .isEqualTo(new TreeMap<>(expected.deployments()))
        .containsOnlyKeys("tiny");
  }
}
