package dev.hejin.agent.app.probe.denglin;

import dev.hejin.agent.app.probe.form.SmiXml;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ToolRunner;

/** Denglin through {@code dlsmi}, whose XML is of the family of Iluvatar's. */
public final class DenglinProbe implements Probe {
  private final ToolRunner runner;

  public DenglinProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Denglin";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    String xml = inquiry.ask("dlsmi", "-q", "-x");
    SmiXml.read(xml, inquiry.readings());
    return inquiry.finish(vendor(), xml);
  }

  @Override
  public Inventory sample() {
    return discover();
  }
}
