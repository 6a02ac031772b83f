package dev.hejin.deploy.local.truth;

import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.List;

/** Shows every live simulated device as it really is. */
@FunctionalInterface
public interface TruthSource {
  List<SimulatedDevice> look();
}
