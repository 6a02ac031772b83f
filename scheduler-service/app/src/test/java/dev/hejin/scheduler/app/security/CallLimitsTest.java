package dev.hejin.scheduler.app.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.app.config.SampleConfig;
import dev.hejin.scheduler.app.port.Caller;
import dev.hejin.scheduler.app.port.Role;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
  private static final Caller ALICE = caller("alice");
  private static final Caller BOB = caller("bob");

  private final CallLimits limits =
      new CallLimits(
          SampleConfig.of(
                  "unused:1",
                  Map.of(
                      "hejin.security.limits.streams-per-peer", "2",
                      "hejin.security.limits.requests-in-flight", "3"))
              .security()
              .limits());

  @Test
  void shouldCountTheCallsOfEachCaller() throws Exception {
    // Given
    CallLimits.Permit first = limits.enter(ALICE, true);
    limits.enter(ALICE, true);
    limits.enter(BOB, true);

    // When, then
    assertThatThrownBy(() -> limits.enter(ALICE, true))
        .hasMessageContaining("streams-per-peer")
        .hasMessageContaining("Maybe");
    first.leave();
    first.leave();
    limits.enter(ALICE, true);
    assertThatThrownBy(() -> limits.enter(ALICE, true)).hasMessageContaining("'alice' has 2");
  }

  @Test
  void shouldCountRequestsOfAll() throws Exception {
    // Given
    limits.enter(ALICE, false);
    limits.enter(BOB, false);
    CallLimits.Permit third = limits.enter(Caller.LOCAL, false);

    // When, then
    assertThatThrownBy(() -> limits.enter(Caller.LOCAL, false))
        .hasMessageContaining("requests-in-flight")
        .hasMessageContaining("Maybe try again");
    assertThat(limits.waiting()).isEqualTo(3);
    third.leave();
    limits.enter(BOB, false);
    assertThatThrownBy(() -> limits.enter(ALICE, false)).hasMessageContaining("requests wait");
    limits.enter(ALICE, true);
  }

  private static Caller caller(String name) {
    return new Caller(name, Set.of(Role.VIEWER), Set.of(), Caller.Kind.CERTIFICATE);
  }
}
