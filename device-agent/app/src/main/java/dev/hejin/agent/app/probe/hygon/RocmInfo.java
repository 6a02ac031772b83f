package dev.hejin.agent.app.probe.hygon;

import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.IndentedText;
import dev.hejin.agent.probe.text.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agents that {@code rocminfo} lists: those that are no CPU are the devices, in order. The
 * first global pool is the device's memory. Numbers stand in decimal with the same in base 16
 * behind.
 */
final class RocmInfo {
  private RocmInfo() {}

  static void read(String raw, Readings readings) {
    Map<String, String> agent = new LinkedHashMap<>();
    List<Map<String, String>> agents = new ArrayList<>();
    for (IndentedText.Line line : IndentedText.read(raw)) {
      if (line.key().matches("Agent \\d+")) {
        agent = new LinkedHashMap<>();
        agents.add(agent);
      } else {
        pool(line, agent);
        agent.putIfAbsent(line.key(), line.value());
      }
    }
    int order = 0;
    for (Map<String, String> each : agents) {
      String type = each.getOrDefault("Device Type", "CPU");
      if (type.matches("GPU|DCU|HCU")) {
        device(each, readings.at(String.valueOf(order++)));
      }
    }
  }

  /** The size follows the line that tells of which kind the pool is. */
  private static void pool(IndentedText.Line line, Map<String, String> agent) {
    if (line.key().equals("Segment")) {
      agent.put("segment", line.value());
    } else if (line.key().equals("Size")
        && agent.getOrDefault("segment", "").startsWith("GLOBAL")) {
      agent.putIfAbsent("memory", line.value());
    }
  }

  private static void device(Map<String, String> agent, ReadingBuilder device) {
    device
        .name(agent.get("Marketing Name"))
        .uuid(agent.get("Uuid"))
        .figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(plain(agent.get("memory"))))
        .figure(Metric.CORE_COUNT, Quantity.count(plain(agent.get("Compute Unit"))))
        .figure(
            Metric.CORE_CLOCK_MAX_MEGAHERTZ,
            Quantity.megahertz(plain(agent.get("Max Clock Freq. (MHz)"))));
  }

  /** "67092480(0x3ffc000) KB" without what is in brackets. */
  private static @Nullable String plain(@Nullable String text) {
    return text == null ? null : text.replaceFirst("\\(0x[0-9a-fA-F]+\\)", "");
  }
}
