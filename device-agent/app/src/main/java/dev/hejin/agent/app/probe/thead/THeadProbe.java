package dev.hejin.agent.app.probe.thead;

import dev.hejin.agent.app.probe.form.DeviceList;
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
 * Alibaba T-Head through {@code ppu-smi}: the table, then the long report and the list of slices,
 * both in the form of NVIDIA's tool.
 */
public final class THeadProbe implements Probe {
  private static final String TOOL = "ppu-smi";

  private final ToolRunner runner;

  public THeadProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Alibaba T-Head";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    Readings readings = inquiry.readings();
    String table = inquiry.ask(TOOL);
    SmiTable.read(table, readings);
    List<String> whole = readings.keys();
    if (inquiry.answered()) {
      SmiDetail.read(inquiry.tryAsking(TOOL, "-q"), readings);
      DeviceList.read(inquiry.tryAsking(TOOL, "-L"), readings);
      SmiTable.readPartitions(table, readings.from(TOOL));
      SmiTopology.read(inquiry.tryAsking(TOOL, "topo", "-m"), "PPU", whole, readings);
    }
    return inquiry.finish(vendor(), table);
  }

  @Override
  public Inventory sample() {
    Inquiry inquiry = new Inquiry(runner);
    String table = inquiry.ask(TOOL);
    SmiTable.read(table, inquiry.readings());
    SmiTable.readPartitions(table, inquiry.readings());
    return inquiry.finish(vendor(), table);
  }
}
