package dev.hejin.client.calibration;

import dev.hejin.client.calibration.CsvTable.Row;
import dev.hejin.scheduler.cost.collective.DispatchCase;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import dev.hejin.scheduler.cost.serving.ServingDevice;

/**
 * Rows of the tables of expert dispatch, tokens of each rank. The table of the normal kernel names
 * the cores that copy; that of the low-latency one does not.
 */
final class DispatchRows {
  static final String[] COLUMNS = {
    "node_num", "hidden_size", "num_token", "num_topk", "num_experts"
  };

  /** The ranks of one node on the measured machines and those that are asked for. */
  private static final int DEVICES_PER_NODE = 8;

  private final Systems systems;
  private final boolean normal;

  DispatchRows(Systems systems, CsvTable table) {
    this.systems = systems;
    this.normal = table.has("dispatch_sms");
    table.require(COLUMNS);
    if (!table.has("device")) {
      table.require("sys");
    }
  }

  DispatchKind kind(boolean combine) {
    if (normal) {
      return combine ? DispatchKind.NORMAL_COMBINE : DispatchKind.NORMAL_DISPATCH;
    }
    return combine ? DispatchKind.LOW_LATENCY_COMBINE : DispatchKind.LOW_LATENCY_DISPATCH;
  }

  String measuredColumn(boolean combine) {
    String name = combine ? "combine" : "dispatch";
    return name + (normal ? "_transmit_us" : "_avg_t_us");
  }

  /** The system that a row names. */
  static String system(Row row) {
    String system = row.text("sys");
    return system.isEmpty() ? row.text("device") : system;
  }

  /**
   * @throws UnpredictableException when the row cannot be understood
   */
  DispatchCase sample(Row row, boolean combine) {
    Systems.SystemFacts facts = systems.of(system(row));
    ServingDevice device = facts.serving();
    int cores = normal ? row.count(combine ? "combine_sms" : "dispatch_sms") : 0;
    try {
      return new DispatchCase(
          facts.chip(),
          device.linkBytesPerSecond(),
          device.networkBytesPerSecond(),
          DEVICES_PER_NODE,
          row.count("node_num"),
          row.count("hidden_size"),
          row.count("num_token"),
          row.count("num_topk"),
          row.count("num_experts"),
          cores,
          kind(combine));
    } catch (IllegalArgumentException e) {
      throw new UnpredictableException(String.valueOf(e.getMessage()));
    }
  }

  static String group(Row row) {
    return String.join(
        " ",
        system(row),
        row.text("node_num"),
        row.text("hidden_size"),
        row.text("num_topk"),
        row.text("num_experts"));
  }
}
