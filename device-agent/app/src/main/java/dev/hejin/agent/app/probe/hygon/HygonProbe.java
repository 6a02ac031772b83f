package dev.hejin.agent.app.probe.hygon;

import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ToolRunner;

/** Hygon through {@code hy-smi}; through {@code rocm-smi} where its older toolkit is installed. */
public final class HygonProbe implements Probe {
  private final ToolRunner runner;

  public HygonProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Hygon";
  }

  @Override
  public Inventory discover() {
    Inquiry hygons = new Inquiry(runner);
    String table = RocmTool.ask(hygons, "hy-smi");
    if (!hygons.readings().isEmpty() || hygons.answered()) {
      return hygons.finish(vendor(), table);
    }
    Inquiry rocm = new Inquiry(runner);
    String other = RocmTool.ask(rocm, "rocm-smi");
    return RocmTool.isHygon(other) ? rocm.finish(vendor(), other) : Inventory.nothing(vendor());
  }

  @Override
  public Inventory sample() {
    return discover();
  }
}
