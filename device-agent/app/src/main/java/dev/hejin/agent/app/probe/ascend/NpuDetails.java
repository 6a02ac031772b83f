package dev.hejin.agent.app.probe.ascend;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.IndentedText;
import dev.hejin.agent.probe.text.Quantity;
import dev.hejin.agent.probe.text.ToolText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The reports of {@code npu-smi info -t usages|common|board|power|ecc|health|hccs|product}: lines
 * of "key : value", blocks parted by empty lines. A block names its chip before its figures
 * (common) or behind them (usages); the microcontroller has a block without chip.
 */
final class NpuDetails {
  private NpuDetails() {}

  /** One block: what is told of one chip, or of the whole card. */
  private record Block(Map<String, String> values) {
    @Nullable String value(String... keys) {
      for (String key : keys) {
        String value = values.get(key);
        if (value != null && !value.isEmpty()) {
          return value;
        }
      }
      return null;
    }
  }

  /** The ids of {@code npu-smi info -l}; what is no id is left out. */
  static List<String> cards(String raw) {
    return IndentedText.read(raw).stream()
        .filter(line -> line.key().equals("NPU ID") && line.value().matches("\\d{1,9}"))
        .map(IndentedText.Line::value)
        .distinct()
        .toList();
  }

  /** Chips of {@code npu-smi info -m}, with their names; microcontrollers are left out. */
  static void readMapping(String raw, Readings readings) {
    ToolText text = ToolText.of(raw);
    for (int i = 0; i < text.lines().size() - (text.endsCut() ? 1 : 0); i++) {
      String[] words = text.lines().get(i).strip().split("\\s+", 4);
      boolean chip =
          words.length == 4
              && words[0].matches("\\d{1,9}")
              && words[1].matches("\\d{1,4}")
              && words[2].matches("\\d{1,6}")
              && !words[3].equalsIgnoreCase("mcu");
      if (chip) {
        readings.at(words[0] + "/" + words[1]).card(words[0]).name(words[3]);
      }
    }
  }

  /**
   * Reads a report.
   *
   * @param card the NPU that was asked
   * @param onlyChip the chip that was asked; empty when all were
   */
  static void read(String raw, String card, String onlyChip, Readings readings) {
    String npu = card;
    String count = "";
    for (Block block : blocks(raw)) {
      npu = block.values.getOrDefault("NPU ID", npu);
      count = block.values.getOrDefault("Chip Count", count);
      if (Set.of("NPU ID", "Chip Count").containsAll(block.values.keySet())) {
        continue;
      }
      String chip = block.value("Chip ID");
      if (chip == null && "mcu".equalsIgnoreCase(block.value("Chip Name"))) {
        cardPower(block, npu, count, readings);
        continue;
      }
      String which = chip != null ? chip : !onlyChip.isEmpty() ? onlyChip : alone(count);
      if (npu.matches("\\d{1,9}") && which.matches("\\d{1,4}")) {
        chip(block, readings.at(npu + "/" + which).card(npu));
      } else {
        String prefix = npu + "/";
        readings.keys().stream()
            .filter(key -> key.startsWith(prefix))
            .forEach(key -> identify(block, readings.at(key)));
      }
    }
  }

  /** A card of one chip needs not say which. */
  private static String alone(String count) {
    return count.equals("1") ? "0" : "";
  }

  private static List<Block> blocks(String raw) {
    List<Block> blocks = new ArrayList<>();
    Map<String, String> values = new LinkedHashMap<>();
    StringBuilder part = new StringBuilder();
    for (String line : (raw + "\n").split("\n", -1)) {
      if (!line.isBlank()) {
        part.append(line).append('\n');
        continue;
      }
      String text = part.toString();
      part.setLength(0);
      boolean last = raw.endsWith(text.strip());
      for (IndentedText.Line each :
          IndentedText.read(last ? text.stripTrailing() + end(raw) : text)) {
        values.putIfAbsent(each.key(), each.value());
      }
      if (!values.isEmpty()) {
        blocks.add(new Block(values));
        values = new LinkedHashMap<>();
      }
    }
    return blocks;
  }

  private static String end(String raw) {
    return raw.endsWith("\n") ? "\n" : "";
  }

  /** A card's power stands for its chip only when it has one. */
  private static void cardPower(Block block, String npu, String count, Readings readings) {
    List<String> chips = readings.keys().stream().filter(key -> key.startsWith(npu + "/")).toList();
    Double watts = Quantity.watts(block.value("NPU Real-time Power(W)", "Power Dissipation(W)"));
    boolean alone = chips.size() == 1 && !count.matches("[2-9]");
    if (alone) {
      readings.at(chips.getFirst()).figure(Metric.POWER_WATTS, watts);
    }
    for (String chip : chips) {
      readings
          .at(chip)
          .figure(
              Metric.BOARD_TEMPERATURE_CELSIUS, Quantity.celsius(block.value("Temperature(C)")));
      if (watts != null && !alone) {
        readings.at(chip).figure(Metric.CARD_POWER_WATTS, watts);
      }
    }
  }

  private static void identify(Block block, ReadingBuilder device) {
    device
        .serial(block.value("Serial Number"))
        .driver(block.value("Software Version"))
        .firmware(block.value("Firmware Version"))
        .busId(block.value("PCIe Bus Info"));
  }

  private static void chip(Block block, ReadingBuilder device) {
    identify(block, device);
    device
        .name(block.value("Chip Name"))
        .uuid(block.value("VDie ID", "Die ID"))
        .figure(Metric.UTILIZATION_PERCENT, Quantity.percent(block.value("Aicore Usage Rate(%)")))
        .figure(Metric.TEMPERATURE_CELSIUS, Quantity.celsius(block.value("Temperature(C)")))
        .figure(
            Metric.POWER_WATTS,
            Quantity.watts(block.value("NPU Real-time Power(W)", "Power Dissipation(W)")))
        .figure(Metric.CORE_CLOCK_MEGAHERTZ, Quantity.megahertz(block.value("Aicore curFreq(MHZ)")))
        .figure(
            Metric.CORE_CLOCK_MAX_MEGAHERTZ, Quantity.megahertz(block.value("Aicore Freq(MHZ)")))
        .figure(Metric.CORE_COUNT, Quantity.count(block.value("Aicore Count")));
    memory(block, device);
    health(block, device);
    links(block, device);
  }

  private static void memory(Block block, ReadingBuilder device) {
    Double hbm = Quantity.mebibytes(block.value("HBM Capacity(MB)"));
    Double ddr = Quantity.mebibytes(block.value("DDR Capacity(MB)"));
    boolean two = hbm != null && hbm > 0;
    // A report may end early: what follows the figures shows that none of them is missing.
    boolean complete =
        block.value("Chip ID") != null && block.values.containsKey("Aicore Usage Rate(%)");
    if (two) {
      device.figure(Metric.MEMORY_TOTAL_BYTES, hbm);
    }
    if (two || complete) {
      device.figure(two ? Metric.SIDE_MEMORY_TOTAL_BYTES : Metric.MEMORY_TOTAL_BYTES, ddr);
    }
    boolean hasHbm = block.values.containsKey("HBM Usage Rate(%)");
    if (hasHbm || complete) {
      device
          .figure(
              Metric.MEMORY_USED_PERCENT,
              Quantity.percent(
                  hasHbm
                      ? block.value("HBM Usage Rate(%)")
                      : block.value("DDR Usage Rate(%)", "Memory Usage Rate(%)")))
          .figure(
              Metric.MEMORY_BUSY_PERCENT,
              Quantity.percent(
                  hasHbm
                      ? block.value("HBM Bandwidth Usage Rate(%)")
                      : block.value("DDR Bandwidth Usage Rate(%)")));
    }
    errors(block, device);
  }

  private static void errors(Block block, ReadingBuilder device) {
    Double ddrSingle = Quantity.count(block.value("DDR Single Bit Error Count"));
    Double ddrDouble = Quantity.count(block.value("DDR Double Bit Error Count"));
    Double hbmSingle = Quantity.count(block.value("HBM Single Bit Error Count"));
    Double hbmDouble = Quantity.count(block.value("HBM Double Bit Error Count"));
    if (block.value("Chip ID") == null) {
      return;
    }
    device
        .figure(Metric.ECC_CORRECTED_COUNT, sum(ddrSingle, hbmSingle))
        .figure(Metric.ECC_UNCORRECTED_COUNT, sum(ddrDouble, hbmDouble))
        .figure(Metric.ISOLATED_PAGES_COUNT, sum(isolated(block, "DDR"), isolated(block, "HBM")));
  }

  private static @Nullable Double isolated(Block block, String memory) {
    return sum(
        Quantity.count(block.value(memory + " Single Bit Isolated Pages Count")),
        Quantity.count(block.value(memory + " Double Bit Isolated Pages Count")));
  }

  private static @Nullable Double sum(@Nullable Double one, @Nullable Double other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one + other;
  }

  private static void health(Block block, ReadingBuilder device) {
    NpuTable.health(block.value("Health Status"), device);
    String code = block.value("Error Code");
    if (code != null && !code.equals("NA")) {
      device.remark("error code " + code);
    }
    String words = block.value("Error Information");
    if (words != null && !words.equals("NA")) {
      device.remark(words);
    }
    String fault = block.value("Chip Fault");
    if (fault != null && !fault.matches("0|NA")) {
      device.atBest(Health.DEGRADED, "chip fault " + fault);
    }
  }

  private static void links(Block block, ReadingBuilder device) {
    Double gigabytes = Quantity.count(block.value("hccs total bandwidth(GB/s)"));
    device.figure(
        Metric.SCALE_UP_LINKS_COUNT, Quantity.count(block.value("hccs link num in used")));
    if (gigabytes != null) {
      device.figure(Metric.SCALE_UP_BYTES_PER_SECOND, gigabytes * 1e9);
    }
    String health = block.value("hccs health status");
    if (health != null && !health.equals("OK")) {
      device.atBest(Health.DEGRADED, "HCCS: " + health);
    }
  }
}
