package dev.hejin.catalog.scenario;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.file.InvalidFileException;
import dev.hejin.catalog.file.NearestNames;
import dev.hejin.catalog.pool.DeviceSpec;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.catalog.pool.PoolSpec;
import java.util.List;

/**
 * A scenario, checked.
 *
 * @param file the file it came from, for errors
 * @param name name of the scenario
 * @param seed seed of everything that is left to chance
 * @param expertLoad the load at the start
 * @param traffic the steady traffic
 * @param settleSeconds seconds before the first event
 * @param steadyLimits what must hold then
 * @param events what happens, in order
 */
public record Scenario(
    String file,
    String name,
    long seed,
    ExpertLoadSource expertLoad,
    Traffic traffic,
    double settleSeconds,
    CheckLimits steadyLimits,
    List<ScenarioEvent> events) {

  /** Checks and copies. */
  public Scenario {
    requireNonNull(file);
    requireNonNull(name);
    requireNonNull(expertLoad);
    requireNonNull(traffic);
    requireNonNull(steadyLimits);
    events = List.copyOf(events);
  }

  /** Checks that every device and node of the events is in the pool. */
  public void checkAgainst(PoolSpec pool) {
    for (int i = 0; i < events.size(); i++) {
      String path = "$.events[" + i + "].";
      switch (events.get(i)) {
        case ScenarioEvent.ShiftLoad ignored -> {}
        case ScenarioEvent.SlowDevice slow -> {
          List<String> known = pool.devices().stream().map(DeviceSpec::id).toList();
          require(path + "device", slow.device(), known, pool);
        }
        case ScenarioEvent.KillNode kill -> requireNode(path, kill.node(), pool);
        case ScenarioEvent.ReturnNode back -> requireNode(path, back.node(), pool);
      }
    }
  }

  private void requireNode(String path, String node, PoolSpec pool) {
    require(path + "node", node, pool.nodes().stream().map(NodeSpec::name).toList(), pool);
  }

  private void require(String field, String value, List<String> known, PoolSpec pool) {
    if (!known.contains(value)) {
      throw new InvalidFileException(
          file,
          field,
          value,
          "the pool " + pool.name() + " has no such part",
          "one of these is meant: " + String.join(", ", NearestNames.of(value, known, 3)));
    }
  }
}
