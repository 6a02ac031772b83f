package dev.hejin.agent.app.probe.nvidia;

import dev.hejin.agent.app.probe.form.DeviceList;
import dev.hejin.agent.app.probe.form.QueryCsv;
import dev.hejin.agent.app.probe.form.SmiDetail;
import dev.hejin.agent.app.probe.form.SmiTable;
import dev.hejin.agent.app.probe.form.SmiTopology;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;
import java.util.List;

/**
 * NVIDIA through {@code nvidia-smi}: comma-separated values first; the long report for what they
 * lack; the overview table when a driver knows neither.
 */
public final class SmiProbe implements Probe {
  static final String VENDOR = "NVIDIA";
  private static final String TOOL = "nvidia-smi";

  private final ToolRunner runner;

  public SmiProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return VENDOR;
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    Readings readings = inquiry.readings();
    QueryCsv.read(query(inquiry), readings);
    String detail = inquiry.ask(TOOL, "-q");
    SmiDetail.read(detail, readings);
    if (readings.isEmpty() && inquiry.answered()) {
      String table = inquiry.ask(TOOL);
      SmiTable.read(table, readings);
      SmiTable.readPartitions(table, readings);
    }
    if (inquiry.answered()) {
      DeviceList.read(inquiry.tryAsking(TOOL, "-L"), readings);
    }
    if (!readings.isEmpty()) {
      List<String> whole = readings.keys().stream().filter(key -> !key.contains("/")).toList();
      SmiTopology.read(inquiry.tryAsking(TOOL, "topo", "-m"), "GPU", whole, readings);
      NvlinkStatus.read(inquiry.tryAsking(TOOL, "nvlink", "-s"), readings);
      NvlinkStatus.readErrors(inquiry.tryAsking(TOOL, "nvlink", "-e"), readings);
    }
    return inquiry.finish(VENDOR, detail);
  }

  @Override
  public Inventory sample() {
    Inquiry inquiry = new Inquiry(runner);
    Readings readings = inquiry.readings();
    QueryCsv.read(query(inquiry), readings);
    String detail = "";
    if (readings.isEmpty() && inquiry.answered()) {
      detail = inquiry.ask(TOOL, "-q");
      SmiDetail.read(detail, readings);
    }
    return inquiry.finish(VENDOR, detail);
  }

  /** Fails on drivers that do not know a column; the long report then tells the same. */
  private static String query(Inquiry inquiry) {
    return inquiry.askQuietly(TOOL, "--query-gpu=" + QueryCsv.COLUMNS, "--format=csv");
  }
}
