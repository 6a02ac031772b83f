package dev.hejin.agent.app.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.simulation.DeviceTruth;
import dev.hejin.agent.simulation.SimulationSettings;
import dev.hejin.agent.simulation.fault.FaultEvent;
import dev.hejin.agent.simulation.fault.FaultScope;
import dev.hejin.catalog.pool.PoolFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FaultPlayerTest {
  private final SimulatedPool pool =
      SimulatedPool.of(
          PoolFiles.load("default"),
          new SimulatedPool.NodeSelection(List.of(), List.of()),
          SimulationSettings.DEFAULT,
          6e9);
  private final List<String> sessions = new ArrayList<>();

  @Test
  void shouldTakeANodeAwayAndBringItBack() {
    // Given
    String node = pool.nodes().get(1).id();
    try (FaultPlayer player =
        player(
            new FaultEvent(
                100, 200, "nic", FaultScope.NODE, FaultEvent.Effect.LOST, 0, 1, 1, -1))) {

      // When
      for (double second : List.of(50.0, 150.0, 160.0, 250.0, 260.0)) {
        player.apply(second);
      }
    }

    // Then
    assertThat(sessions).containsExactly("cut " + node, "back " + node);
  }

  @Test
  void shouldSlowTheDeviceThatTheEventNamesForItsTime() {
    // Given
    String slow = pool.nodes().getFirst().description().devices().get(3).deviceId();
    try (FaultPlayer player =
        player(
            new FaultEvent(
                100, 200, "slow", FaultScope.DEVICE, FaultEvent.Effect.SLOW, 0.5, 0, 1, 3))) {

      // When
      player.apply(50);
      Map<String, Double> before = speeds();
      player.apply(150);
      Map<String, Double> during = speeds();
      player.apply(250);

      // Then
      assertThat(of(during, slow) / of(before, slow)).isBetween(0.49, 0.51);
      assertThat(of(speeds(), slow) / of(before, slow)).isBetween(0.98, 1.02);
      during.remove(slow);
      assertThat(during)
          .allSatisfy((id, speed) -> assertThat(speed / of(before, id)).isBetween(0.98, 1.02));
      assertThat(sessions).isEmpty();
    }
  }

  private static double of(Map<String, Double> speeds, String device) {
    return speeds.getOrDefault(device, Double.NaN);
  }

  private Map<String, Double> speeds() {
    Map<String, Double> speeds = new TreeMap<>();
    for (DeviceTruth device : pool.world().truth()) {
      speeds.put(device.deviceId(), device.speed());
    }
    return speeds;
  }

  private FaultPlayer player(FaultEvent event) {
    return new FaultPlayer(
        pool.nodes(),
        pool.world(),
        1,
        List.of(event),
        new FaultPlayer.Sessions() {
          @Override
          public void cut(String nodeId) {
            sessions.add("cut " + nodeId);
          }

          @Override
          public void comeBack(String nodeId) {
            sessions.add("back " + nodeId);
          }
        });
  }
}
