package dev.hejin.agent.app.probe.kunlunxin;

import dev.hejin.agent.app.probe.form.SmiTable;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;
import dev.hejin.agent.probe.text.Quantity;
import dev.hejin.agent.probe.text.ToolText;
import java.util.Locale;

/**
 * Kunlunxin through {@code xpu-smi}, {@code xpu_smi} on older drivers: the table. Intel has a tool
 * of the same name, whose output is none of ours. Rows of {@code -m} have no names, only positions:
 * they fill what the table left open, when every one of them fits.
 */
public final class KunlunxinProbe implements Probe {
  private static final int POSITIONS = 23;
  private static final int ID = 1;
  private static final int TEMPERATURE = 4;
  private static final int POWER = 8;
  private static final int MEMORY_USED = 17;
  private static final int MEMORY_TOTAL = 18;
  private static final int UTILIZATION = 19;
  private static final int NAME = 21;

  private final ToolRunner runner;

  public KunlunxinProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Kunlunxin";
  }

  @Override
  public Inventory discover() {
    for (String tool : new String[] {"xpu-smi", "xpu_smi"}) {
      Inquiry inquiry = new Inquiry(runner);
      String table = inquiry.ask(tool);
      if (isIntel(table)) {
        continue;
      }
      readTable(table, inquiry.readings());
      if (inquiry.answered()) {
        readPositions(inquiry.tryAsking(tool, "-m"), inquiry.readings());
        return inquiry.finish(vendor(), table);
      }
    }
    return Inventory.nothing(vendor());
  }

  @Override
  public Inventory sample() {
    return discover();
  }

  private static boolean isIntel(String raw) {
    String lower = raw.toLowerCase(Locale.ROOT);
    return lower.contains("intel") || lower.contains("level zero") || lower.contains("level-zero");
  }

  static void readTable(String raw, Readings readings) {
    if (!isIntel(raw)) {
      SmiTable.read(raw, readings);
    }
  }

  static void readPositions(String raw, Readings readings) {
    if (isIntel(raw)) {
      return;
    }
    ToolText text = ToolText.of(raw);
    for (int i = 0; i < text.lines().size() - (text.endsCut() ? 1 : 0); i++) {
      String[] words = text.lines().get(i).strip().split("\\s+");
      if (words.length >= POSITIONS && words[ID].matches("\\d{1,4}")) {
        row(words, readings);
      }
    }
  }

  private static void row(String[] words, Readings readings) {
    Double temperature = Quantity.count(words[TEMPERATURE]);
    Double power = Quantity.count(words[POWER]);
    Double used = Quantity.mebibytes(words[MEMORY_USED]);
    Double total = Quantity.mebibytes(words[MEMORY_TOTAL]);
    Double busy = Quantity.percent(words[UTILIZATION]);
    boolean fits =
        temperature != null
            && Metric.TEMPERATURE_CELSIUS.allows(temperature)
            && power != null
            && Metric.POWER_WATTS.allows(power)
            && used != null
            && total != null
            && used <= total
            && busy != null
            && Metric.UTILIZATION_PERCENT.allows(busy);
    if (fits) {
      String second = NAME + 1 < words.length ? " " + words[NAME + 1] : "";
      readings
          .at(words[ID])
          .name(words[NAME] + second)
          .figure(Metric.TEMPERATURE_CELSIUS, temperature)
          .figure(Metric.POWER_WATTS, power)
          .figure(Metric.MEMORY_USED_BYTES, used)
          .figure(Metric.MEMORY_TOTAL_BYTES, total)
          .figure(Metric.UTILIZATION_PERCENT, busy);
    }
  }
}
