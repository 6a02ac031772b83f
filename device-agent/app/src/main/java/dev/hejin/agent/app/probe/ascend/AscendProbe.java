package dev.hejin.agent.app.probe.ascend;

import dev.hejin.agent.app.probe.form.SmiTopology;
import dev.hejin.agent.probe.Inquiry;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.ToolRunner;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Huawei Ascend through {@code npu-smi}, which prints nothing for machines: the table first, then
 * the reports of each card and chip.
 */
public final class AscendProbe implements Probe {
  private static final String TOOL = "npu-smi";
  private static final List<String> CARD_REPORTS =
      List.of("board", "common", "power", "usages", "ecc");
  private static final List<String> CHIP_REPORTS = List.of("board", "health", "hccs");

  /** Asks for the chips of each card. */
  public static final String MAPPING = "npu-smi info -m";

  private static final Pattern NUMBERED =
      Pattern.compile("(?m)^\\s*(NPU|Chip) ID\\s*: (\\d{1,9})\\s*$");

  private final ToolRunner runner;

  public AscendProbe(ToolRunner runner) {
    this.runner = runner;
  }

  @Override
  public String vendor() {
    return "Huawei";
  }

  @Override
  public Inventory discover() {
    Inquiry inquiry = new Inquiry(runner);
    Readings readings = inquiry.readings();
    String table = inquiry.ask(TOOL, "info");
    NpuTable.read(table, readings);
    if (inquiry.answered()) {
      NpuDetails.readMapping(inquiry.tryAsking(TOOL, "info", "-m"), readings);
      reports(inquiry, readings);
      topology(inquiry, readings);
    }
    return inquiry.finish(vendor(), table);
  }

  private static void reports(Inquiry inquiry, Readings readings) {
    Set<String> cards = new LinkedHashSet<>();
    readings.keys().forEach(key -> cards.add(key.substring(0, key.indexOf('/'))));
    for (String card : cards) {
      for (String report : CARD_REPORTS) {
        NpuDetails.read(
            inquiry.tryAsking(TOOL, "info", "-t", report, "-i", card), card, "", readings);
      }
    }
    for (String key : readings.keys()) {
      String card = key.substring(0, key.indexOf('/'));
      String chip = key.substring(key.indexOf('/') + 1);
      for (String report : CHIP_REPORTS) {
        NpuDetails.read(
            inquiry.tryAsking(TOOL, "info", "-t", report, "-i", card, "-c", chip),
            card,
            chip,
            readings);
      }
    }
  }

  /** The matrix numbers the NPUs; only where a card is one chip do the numbers mean devices. */
  private static void topology(Inquiry inquiry, Readings readings) {
    List<String> keys = readings.keys();
    boolean single =
        keys.stream().map(key -> key.substring(0, key.indexOf('/'))).distinct().count()
            == keys.size();
    if (single) {
      SmiTopology.read(
          inquiry.tryAsking(TOOL, "info", "-t", "topo"), "NPU", readings.keys(), readings);
    }
  }

  @Override
  public Inventory sample() {
    Inquiry inquiry = new Inquiry(runner);
    String table = inquiry.ask(TOOL, "info");
    NpuTable.read(table, inquiry.readings());
    return inquiry.finish(vendor(), table);
  }

  /**
   * The chips that a report by itself names, in the form of the mapping: the probe asks no chip
   * that it does not know. Empty when the text is no report.
   */
  public static String mappingOf(String report) {
    if (!NUMBERED.matcher(report).find() && !report.contains("hccs health status")) {
      return "";
    }
    Set<String> npus = new LinkedHashSet<>();
    Set<String> chips = new LinkedHashSet<>();
    Matcher match = NUMBERED.matcher(report);
    while (match.find()) {
      (match.group(1).equals("NPU") ? npus : chips).add(match.group(2));
    }
    StringBuilder mapping = new StringBuilder();
    for (String npu : npus.isEmpty() ? Set.of("0") : npus) {
      for (String chip : chips.isEmpty() ? Set.of("0") : chips) {
        mapping.append("%s %s 0 -%n".formatted(npu, chip));
      }
    }
    return mapping.toString();
  }
}
