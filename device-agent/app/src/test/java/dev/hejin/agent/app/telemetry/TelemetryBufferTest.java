package dev.hejin.agent.app.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.telemetry.v1.DeviceSample;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TelemetryBufferTest {
  private final TelemetryBuffer buffer = new TelemetryBuffer(3);

  @Test
  void shouldDropTheOldestAndCountThem() throws InterruptedException {
    // When
    for (int i = 1; i <= 5; i++) {
      buffer.add(record(i));
    }

    // Then
    assertThat(buffer.dropped()).isEqualTo(2);
    assertThat(buffer.take(10)).isEqualTo(List.of(record(3), record(4), record(5)));
  }

  @Test
  void shouldHandOutNoMoreThanAsked() throws InterruptedException {
    // Given
    buffer.add(record(1));
    buffer.add(record(2));

    // When
    List<TelemetryRecord> taken = buffer.take(1);

    // Then
    assertThat(taken).containsExactly(record(1));
    assertThat(buffer.take(1)).containsExactly(record(2));
  }

  @Test
  void shouldCountWhatTheBrokerNeverGot() {
    // Given
    BrokerWatch watch = new BrokerWatch("broker:9092", buffer);

    // When
    watch.sent(1, false, "away");
    watch.sent(1, false, "away");
    watch.sent(1, true, "");

    // Then
    assertThat(buffer.dropped()).isEqualTo(2);
  }

  private static TelemetryRecord record(long sequence) {
    return new TelemetryRecord(
        "topic", "key", DeviceSample.newBuilder().setSequence(sequence).build(), 1);
  }
}
