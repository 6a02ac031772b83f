package dev.hejin.agent.app.probe.iluvatar;

import dev.hejin.agent.app.probe.form.QueryCsv;
import dev.hejin.agent.app.probe.form.SmiTable;
import dev.hejin.agent.app.probe.form.SmiTopology;
import dev.hejin.agent.app.probe.form.SmiXml;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;
import java.util.List;

/**
 * Iluvatar through {@code ixsmi}: XML, else comma-separated values, then the table for what they
 * lack.
 */
public final class IluvatarProbe implements Probe {
  private static final String TOOL = "ixsmi";
  private static final List<String> COLUMNS =
      List.of("index", "name", "memory.total", "memory.used", "utilization.gpu", "temperature.gpu");

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
    if (readings.isEmpty()) {
      String query = "--query-gpu=" + String.join(",", COLUMNS);
      QueryCsv.read(inquiry.tryAsking(TOOL, query, "--format=csv,noheader"), COLUMNS, readings);
    }
    String table = inquiry.answered() ? table(inquiry) : "";
    SmiTopology.read(inquiry.tryAsking(TOOL, "topo", "-m"), "GPU", readings.keys(), readings);
    return inquiry.finish(vendor(), table);
  }

  private static String table(Inquiry inquiry) {
    String table = inquiry.readings().isEmpty() ? inquiry.ask(TOOL) : inquiry.tryAsking(TOOL);
    SmiTable.read(table, inquiry.readings());
    return table;
  }

  @Override
  public Inventory sample() {
    Inquiry inquiry = new Inquiry(runner);
    String table = table(inquiry);
    return inquiry.finish(vendor(), table);
  }
}
