package dev.hejin.agent.probe;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Figure;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.model.Provenance;
import java.util.List;
import java.util.Map;

/**
 * The host itself as one device of vendor "host": real, its memory known, its rates not. Works on
 * any machine, so that a node can join before a vendor's probe exists for it.
 */
public final class CpuHostProbe {
  private final String nodeId;
  private final String processor;
  private final long memoryBytes;

  /**
   * @param processor what the operating system calls it, for example "amd64"
   */
  public CpuHostProbe(String nodeId, String processor, long memoryBytes) {
    this.nodeId = requireNonNull(nodeId, "nodeId");
    this.processor = requireNonNull(processor, "processor");
    this.memoryBytes = memoryBytes;
  }

  public NodeDescription discover() {
    DeviceDescription host =
        new DeviceDescription(
            nodeId + "/0",
            "host",
            processor,
            new Figure(memoryBytes, Provenance.DRIVER, "operating system"),
            null,
            List.of(),
            List.of(),
            "",
            "",
            "",
            Health.HEALTHY,
            null,
            false);
    return new NodeDescription(nodeId, List.of(host), null, Map.of());
  }
}
