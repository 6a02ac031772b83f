package dev.hejin.agent.app.probe.form;

import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.ToolText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The list of {@code nvidia-smi -L} and {@code ppu-smi -L}: devices and their slices. */
public final class DeviceList {
  private static final Pattern DEVICE =
      Pattern.compile("\\s*(?:GPU|PPU) (\\d{1,4}): (.*?) \\(UUID: ([\\w-]+)\\)");
  private static final Pattern SLICE =
      Pattern.compile("\\s+MIG (\\S+?),?\\s+Device\\s+(\\d{1,4}):? \\(UUID: ([\\w/-]+)\\)");

  private DeviceList() {}

  /** Reads it. */
  public static void read(String raw, Readings readings) {
    String key = "";
    String name = "";
    for (String line : ToolText.of(raw).lines()) {
      Matcher device = DEVICE.matcher(line);
      Matcher slice = SLICE.matcher(line);
      if (device.matches()) {
        key = device.group(1);
        name = device.group(2);
        readings.at(key).name(name).uuid(device.group(3));
      } else if (slice.matches() && !key.isEmpty()) {
        ReadingBuilder part = readings.at(key + "/mig" + slice.group(2));
        part.partitionOf(key).card(key).name(name + " MIG " + slice.group(1)).uuid(slice.group(3));
      }
    }
  }
}
