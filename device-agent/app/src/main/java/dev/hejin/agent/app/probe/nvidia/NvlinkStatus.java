package dev.hejin.agent.app.probe.nvidia;

import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.Quantity;
import dev.hejin.agent.probe.text.ToolText;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code nvidia-smi nvlink -s}: one line for each link with its rate in one direction. */
public final class NvlinkStatus {
  private static final Pattern DEVICE = Pattern.compile("GPU (\\d{1,4}): .*");
  private static final Pattern LINK =
      Pattern.compile("\\s*Link \\d+: (\\d+(?:\\.\\d+)? GB/s|<inactive>)\\s*");

  private static final Pattern ERRORS =
      Pattern.compile("\\s*Link \\d+: .*(?:Replay|Recovery|CRC).* Errors?: (\\d{1,15})\\s*");

  private NvlinkStatus() {}

  private record Sum(int links, double bytesPerSecond) {}

  /** Reads it; an inactive link counts for nothing. */
  public static void read(String raw, Readings readings) {
    ToolText text = ToolText.of(raw);
    if (text.endsCut()) {
      return;
    }
    Map<String, Sum> sums = new TreeMap<>();
    String key = "";
    for (String line : text.lines()) {
      Matcher device = DEVICE.matcher(line);
      Matcher link = LINK.matcher(line);
      if (device.matches()) {
        key = device.group(1);
      } else if (link.matches()) {
        Double rate = Quantity.bytesPerSecond(link.group(1));
        if (rate != null) {
          sums.merge(
              key,
              new Sum(1, rate),
              (one, other) ->
                  new Sum(
                      one.links() + other.links(), one.bytesPerSecond() + other.bytesPerSecond()));
        }
      }
    }
    sums.forEach(
        (device, sum) ->
            readings
                .find(device)
                .ifPresent(
                    reading ->
                        reading
                            .figure(Metric.SCALE_UP_LINKS_COUNT, (double) sum.links())
                            .figure(Metric.SCALE_UP_BYTES_PER_SECOND, sum.bytesPerSecond())));
  }

  /** {@code nvidia-smi nvlink -e}: counters of each link, summed over the links of a device. */
  public static void readErrors(String raw, Readings readings) {
    ToolText text = ToolText.of(raw);
    Map<String, Double> sums = new TreeMap<>();
    String key = "";
    for (int i = 0; i < text.lines().size() - (text.endsCut() ? 1 : 0); i++) {
      Matcher device = DEVICE.matcher(text.lines().get(i));
      Matcher errors = ERRORS.matcher(text.lines().get(i));
      if (device.matches()) {
        key = device.group(1);
      } else if (errors.matches()) {
        sums.merge(key, Double.parseDouble(errors.group(1)), Double::sum);
      }
    }
    if (!text.endsCut()) {
      sums.forEach(
          (device, sum) ->
              readings
                  .find(device)
                  .ifPresent(reading -> reading.figure(Metric.SCALE_UP_ERRORS_COUNT, sum)));
    }
  }
}
