package dev.hejin.agent.app.probe.metax;

import dev.hejin.agent.app.probe.form.SmiTable;
import dev.hejin.agent.app.probe.form.SmiTopology;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;
import dev.hejin.agent.probe.text.IndentedText;
import dev.hejin.agent.probe.text.Quantity;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MetaX through {@code mx-smi}, also sold as {@code ht-smi}: the table, then the report by
 * sections, which knows the memory of devices that the table does not show.
 */
public final class MetaxProbe implements Probe {
  private static final Pattern DEVICE =
      Pattern.compile("GPU#(\\d{1,4})\\s+(\\S.*?)\\s+([0-9a-fA-F:.]+)");

  private final ToolRunner runner;

  public MetaxProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "MetaX";
  }

  @Override
  public Inventory discover() {
    return ask(true);
  }

  @Override
  public Inventory sample() {
    return ask(false);
  }

  private Inventory ask(boolean all) {
    Inquiry inquiry = new Inquiry(runner);
    String tool = "mx-smi";
    String table = inquiry.ask(tool);
    if (!inquiry.answered()) {
      tool = "ht-smi";
      table = inquiry.ask(tool);
    }
    Readings readings = inquiry.readings();
    SmiTable.read(table, readings);
    if (inquiry.answered() && (all || readings.isEmpty())) {
      readSections(
          inquiry.tryAsking(tool, "--show-temperature", "--show-memory", "--show-usage"), readings);
      SmiTopology.read(inquiry.tryAsking(tool, "topo", "-m"), "GPU", readings.keys(), readings);
    }
    return inquiry.finish(vendor(), table);
  }

  static void readSections(String raw, Readings readings) {
    ReadingBuilder device = null;
    for (IndentedText.Line line : IndentedText.read(raw)) {
      Matcher head = DEVICE.matcher(line.key());
      if (line.value().isEmpty() && head.matches()) {
        device = readings.at(head.group(1)).name(head.group(2)).busId(head.group(3));
      } else if (device != null) {
        value(line, device);
      }
    }
  }

  private static void value(IndentedText.Line line, ReadingBuilder device) {
    String value = line.value();
    if (line.path().endsWith("Chip Temperature/hotspot")) {
      device.figure(
          Metric.TEMPERATURE_CELSIUS, value.endsWith("C") ? Quantity.celsius(value) : null);
    } else if (line.path().endsWith("Utilization/GPU")) {
      device.figure(
          Metric.UTILIZATION_PERCENT, value.endsWith("%") ? Quantity.percent(value) : null);
    } else if (line.path().endsWith("Board Temperature/DrMOS_core")) {
      device.figure(
          Metric.BOARD_TEMPERATURE_CELSIUS, value.endsWith("C") ? Quantity.celsius(value) : null);
    } else if (line.path().endsWith("Utilization/VPUE")) {
      device.figure(Metric.ENCODER_PERCENT, value.endsWith("%") ? Quantity.percent(value) : null);
    } else if (line.path().endsWith("Utilization/VPUD")) {
      device.figure(Metric.DECODER_PERCENT, value.endsWith("%") ? Quantity.percent(value) : null);
    } else if (line.key().equals("vram usage")) {
      device.figure(
          Metric.MEMORY_USED_PERCENT, value.endsWith("%") ? Quantity.percent(value) : null);
    } else if (line.key().equals("vram total")) {
      device.figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(value));
    } else if (line.key().equals("vram used")) {
      device.figure(Metric.MEMORY_USED_BYTES, Quantity.bytes(value));
    }
  }
}
