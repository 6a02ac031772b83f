package dev.hejin.agent.simulation;

import dev.hejin.agent.model.HeldState;
import java.util.List;

/**
 * What a simulated device really is at one moment.
 *
 * @param parts true seconds of work for one microbatch of everything it serves, without noise
 */
public record DeviceTruth(
    String nodeId,
    String deviceId,
    double speed,
    long memoryBytes,
    long memoryUsedBytes,
    List<HeldState> states,
    PartSeconds parts,
    int loadingShards) {
  public DeviceTruth {
    states = List.copyOf(states);
  }
}
