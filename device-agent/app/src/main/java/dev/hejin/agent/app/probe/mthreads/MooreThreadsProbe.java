package dev.hejin.agent.app.probe.mthreads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hejin.agent.app.probe.form.Json;
import dev.hejin.agent.app.probe.form.SmiTable;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;
import dev.hejin.agent.probe.text.Quantity;
import java.util.List;

/** Moore Threads through {@code mthreads-gmi}: JSON by section, then the table. */
public final class MooreThreadsProbe implements Probe {
  private static final String TOOL = "mthreads-gmi";
  private static final List<String> SECTIONS =
      List.of("UTILIZATION", "MEMORY", "TEMPERATURE", "POWER");

  private final ToolRunner runner;

  public MooreThreadsProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Moore Threads";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    Readings readings = inquiry.readings();
    readJson(inquiry.askQuietly(TOOL, "-q", "--json"), readings);
    if (inquiry.answered()) {
      sections(inquiry);
    }
    return table(inquiry);
  }

  @Override
  public Inventory sample() {
    Inquiry inquiry = new Inquiry(runner);
    return table(inquiry);
  }

  private static void sections(Inquiry inquiry) {
    for (String section : SECTIONS) {
      readJson(inquiry.tryAsking(TOOL, "-q", "-d", section, "--json"), inquiry.readings());
    }
  }

  private Inventory table(Inquiry inquiry) {
    String table = inquiry.ask(TOOL);
    SmiTable.read(table, inquiry.readings());
    return inquiry.finish(vendor(), table);
  }

  static void readJson(String raw, Readings readings) {
    JsonNode root = Json.read(raw);
    String driver = Json.text(root, "Driver Version");
    int order = 0;
    for (JsonNode gpu : Json.at(root, "GPU")) {
      String index = Json.text(gpu, "Index");
      String key = index != null && index.matches("\\d{1,4}") ? index : String.valueOf(order);
      order++;
      device(gpu, readings.at(key).driver(driver));
    }
  }

  private static void device(JsonNode gpu, ReadingBuilder device) {
    JsonNode memory = Json.at(gpu, "FB Memory Usage");
    device
        .name(Json.text(gpu, "Product Name"))
        .uuid(Json.text(gpu, "GPU UUID", "UUID"))
        .serial(Json.text(gpu, "Serial Number"))
        .busId(Json.text(Json.at(gpu, "PCI"), "Bus Id", "Bus ID"))
        .figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(Json.text(memory, "Total")))
        .figure(Metric.MEMORY_USED_BYTES, Quantity.bytes(Json.text(memory, "Used")))
        .figure(
            Metric.UTILIZATION_PERCENT,
            Quantity.percent(Json.text(Json.at(gpu, "Utilization"), "Gpu")))
        .figure(
            Metric.MEMORY_BUSY_PERCENT,
            Quantity.percent(Json.text(Json.at(gpu, "Utilization"), "Memory")))
        .figure(
            Metric.TEMPERATURE_CELSIUS,
            Quantity.celsius(Json.text(Json.at(gpu, "Temperature"), "GPU Current Temp")))
        .figure(
            Metric.POWER_WATTS,
            Quantity.watts(Json.text(Json.at(gpu, "Power Readings"), "Power Draw")));
  }
}
