package dev.hejin.agent.app.probe.iluvatar;

import dev.hejin.agent.app.probe.form.SmiTable;
import dev.hejin.agent.app.probe.form.SmiTopology;
import dev.hejin.agent.app.probe.form.SmiXml;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;

/** Iluvatar through {@code ixsmi}: XML, then the table for what the XML lacks. */
public final class IluvatarProbe implements Probe {
  private static final String TOOL = "ixsmi";

  private final ToolRunner runner;

  public IluvatarProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Iluvatar";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    Readings readings = inquiry.readings();
    SmiXml.read(inquiry.askQuietly(TOOL, "-q", "-x"), readings);
    String table = inquiry.answered() ? inquiry.ask(TOOL) : "";
    SmiTable.read(table, readings);
    SmiTopology.read(inquiry.tryAsking(TOOL, "topo", "-m"), "GPU", readings.keys(), readings);
    return inquiry.finish(vendor(), table);
  }

  @Override
  public Inventory sample() {
    Inquiry inquiry = new Inquiry(runner);
    String table = inquiry.ask(TOOL);
    SmiTable.read(table, inquiry.readings());
    return inquiry.finish(vendor(), table);
  }
}
