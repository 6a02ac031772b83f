package dev.hejin.agent.app.probe.form;

import dev.hejin.agent.model.LinkKind;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.PeerLink;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.LinkMatrix;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The matrix of {@code topo -m}, which several tools print. */
public final class SmiTopology {
  private static final Set<String> PCI_WORDS =
      Set.of("PIX", "PXB", "PHB", "NODE", "SYS", "PSB", "SOC", "PIB", "CPU");

  private SmiTopology() {}

  /**
   * Reads it.
   *
   * @param kind how the tool calls its devices, which are those of {@code keys} in order
   */
  public static void read(String raw, String kind, List<String> keys, Readings readings) {
    LinkMatrix.Matrix matrix = LinkMatrix.read(raw, kind);
    for (LinkMatrix.Cell cell : matrix.cells()) {
      if (cell.from() < keys.size() && cell.to() < keys.size()) {
        readings.link(
            new PeerLink(
                keys.get(cell.from()),
                keys.get(cell.to()),
                PCI_WORDS.contains(cell.word()) ? LinkKind.PCIE : LinkKind.SCALE_UP,
                cell.word(),
                null));
      }
    }
    for (int i = 0; i < Math.min(keys.size(), matrix.numaNodes().size()); i++) {
      int node = matrix.numaNodes().get(i);
      if (node >= 0) {
        readings.at(keys.get(i)).figure(Metric.NUMA_NODE, (double) node);
      }
    }
  }

  /** Reads a matrix that nothing else tells of: its rows are the devices. */
  public static void readAlone(String raw, Readings readings) {
    for (String kind : List.of("GPU", "NPU", "PPU")) {
      int rows = LinkMatrix.read(raw, kind).numaNodes().size();
      List<String> keys = IntStream.range(0, rows).mapToObj(String::valueOf).toList();
      keys.forEach(readings::at);
      if (!keys.isEmpty()) {
        read(raw, kind, keys, readings);
        return;
      }
    }
  }
}
