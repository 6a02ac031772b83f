package dev.hejin.deploy.local.truth;

import dev.hejin.agent.model.Precision;
import dev.hejin.agent.simulation.SimulatedDeviceSpec;
import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.pool.DeviceSpec;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.catalog.pool.PoolSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The devices of a pool file as the simulation knows them. Must say the same as the agents do; each
 * run checks that by comparing the judge's world with the agents'.
 */
public final class SimulatedSpecs {
  private static final double HIDDEN_LINK_BYTES_PER_SECOND = 32e9;
  private static final double HIDDEN_MEMORY_BYTES_PER_SECOND = 1e12;

  /** The judge's world carries plans out; it does not refuse them. */
  private static final long AMPLE_MEMORY_BYTES = Long.MAX_VALUE / 4;

  private SimulatedSpecs() {}

  public static List<SimulatedDeviceSpec> of(PoolSpec pool) {
    List<SimulatedDeviceSpec> specs = new ArrayList<>();
    for (NodeSpec node : pool.nodes()) {
      node.devices().forEach(device -> specs.add(spec(node, device)));
    }
    return specs;
  }

  private static SimulatedDeviceSpec spec(NodeSpec node, DeviceSpec device) {
    ChipFacts facts = device.facts();
    Map<Precision, Double> rates = new EnumMap<>(Precision.class);
    facts
        .precisions()
        .forEach(
            (precision, known) ->
                known
                    .peakOperationsPerSecond()
                    .known()
                    .ifPresent(rate -> rates.put(Precision.valueOf(precision.name()), rate)));
    double link = facts.link().bytesPerSecond().orElse(HIDDEN_LINK_BYTES_PER_SECOND);
    return new SimulatedDeviceSpec(
        node.name(),
        device.id(),
        facts.vendor() + " " + facts.model(),
        AMPLE_MEMORY_BYTES,
        facts.memoryBytesPerSecond().orElse(HIDDEN_MEMORY_BYTES_PER_SECOND),
        rates,
        link,
        link,
        device.trueSpeed());
  }
}
