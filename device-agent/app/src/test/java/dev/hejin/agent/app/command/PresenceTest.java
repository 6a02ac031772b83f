package dev.hejin.agent.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.DeviceReading;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private static final DeviceReading READING =
      new DeviceReading(
          "0",
          "H20",
          "",
          "",
          "",
          "",
          "",
          "",
          "",
          Health.FAILED,
          Map.of(),
          Map.of(),
          List.of(),
          List.of());

  @Test
  void shouldTellWhoHoldsADeviceThatIsWithheld() {
    // Given
    DeviceReading withheld = READING.withHealth(Health.FAILED, "allocated to pod others/one");

    // When
    String why = Presence.why(withheld);

    // Then
    assertThat(why).isEqualTo("allocated to pod others/one");
  }

  @Test
  void shouldTellSilenceFromFailure() {
    // When
    String silent = Presence.why(null);
    String failed = Presence.why(READING);

    // Then
    assertThat(silent).contains("no longer answers");
    assertThat(failed).contains("has failed");
  }
}
