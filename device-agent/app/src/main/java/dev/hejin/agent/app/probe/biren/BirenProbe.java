package dev.hejin.agent.app.probe.biren;

import dev.hejin.agent.app.probe.form.QueryCsv;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ToolRunner;

/**
 * Biren through the comma-separated values of {@code brsmi gpu}. Written without any genuine
 * output: columns are read by name, so a name that the tool writes otherwise leaves its figure
 * unknown.
 */
public final class BirenProbe implements Probe {
  private static final String COLUMNS =
      "index,name,uuid,pci.bus_id,memory.total,memory.used,utilization.gpu,temperature.gpu,"
          + "power.draw";

  private final ToolRunner runner;

  public BirenProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Biren";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    String output = inquiry.ask("brsmi", "gpu", "--query-gpu=" + COLUMNS, "--format=csv");
    QueryCsv.read(output, inquiry.readings());
    return inquiry.finish(vendor(), output);
  }

  @Override
  public Inventory sample() {
    return discover();
  }
}
