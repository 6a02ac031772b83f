package dev.hejin.agent.app.probe.hygon;

import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ToolRunner;

/** AMD through {@code rocm-smi}. */
public final class AmdProbe implements Probe {
  private final ToolRunner runner;

  public AmdProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "AMD";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    String output = RocmTool.ask(inquiry, "rocm-smi");
    return RocmTool.isHygon(output)
        ? Inventory.nothing(vendor())
        : inquiry.finish(vendor(), output);
  }

  @Override
  public Inventory sample() {
    return discover();
  }
}
