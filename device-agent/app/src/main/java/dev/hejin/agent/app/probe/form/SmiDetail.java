package dev.hejin.agent.app.probe.form;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ProcessUse;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.IndentedText;
import dev.hejin.agent.probe.text.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The long report of {@code nvidia-smi -q}, which T-Head's tool prints too: one section a device,
 * headed by its PCI address, values under nested headings.
 */
public final class SmiDetail {
  private static final Pattern DEVICE = Pattern.compile("(?:GPU|PPU) ([0-9A-Fa-f:]+\\.[0-7])");
  private static final Pattern SLOWED = Pattern.compile("(?:HW|SW) .*(?:Slowdown|Brake).*");

  private final Readings readings;
  private final Map<String, String> values = new LinkedHashMap<>();
  private @Nullable ReadingBuilder device;
  private String deviceKey = "";
  private @Nullable ReadingBuilder part;
  private int devices;
  private String driver = "";
  private String processId = "";
  private String processName = "";

  private SmiDetail(Readings readings) {
    this.readings = readings;
  }

  /** Reads the whole output. */
  public static void read(String raw, Readings readings) {
    SmiDetail detail = new SmiDetail(readings);
    IndentedText.read(raw).forEach(detail::take);
    detail.endDevice();
  }

  private void take(IndentedText.Line line) {
    Matcher head = DEVICE.matcher(line.key());
    if (line.value().isEmpty() && head.matches()) {
      endDevice();
      beginDevice(head.group(1));
    } else if (device == null) {
      if (line.key().equals("Driver Version")) {
        driver = line.value();
      }
    } else {
      String path = line.path().substring(line.path().indexOf('/') + 1);
      if (path.equals("MIG Device")) {
        part = null;
      } else if (path.startsWith("MIG Device/")) {
        partition(path, line.value());
      } else if (path.startsWith("Processes/")) {
        process(line);
      } else {
        values.putIfAbsent(path, line.value());
        warnings(path, line);
      }
    }
  }

  private void beginDevice(String bus) {
    String order = String.valueOf(devices++);
    device = readings.atBus(bus).orElseGet(() -> readings.at(order));
    device.busId(bus).driver(driver);
    deviceKey = device.key();
  }

  private void partition(String path, String value) {
    ReadingBuilder owner = device;
    if (owner == null) {
      return;
    }
    if (path.endsWith("/Index")) {
      part = readings.at(deviceKey + "/mig" + value).partitionOf(deviceKey).card(deviceKey);
    }
    ReadingBuilder slice = part;
    if (slice != null && path.endsWith("FB Memory Usage/Total")) {
      slice.figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(value));
    }
    if (slice != null && path.endsWith("FB Memory Usage/Used")) {
      slice.figure(Metric.MEMORY_USED_BYTES, Quantity.bytes(value));
    }
    if (slice != null && path.endsWith("Multiprocessor count")) {
      slice.figure(Metric.CORE_COUNT, Quantity.count(value));
    }
  }

  private void process(IndentedText.Line line) {
    switch (line.key()) {
      case "Process ID" -> processId = line.value();
      case "Name" -> processName = line.value();
      case "Used GPU Memory", "Used PPU Memory" -> {
        if (device != null && processId.matches("\\d{1,18}")) {
          device.process(
              new ProcessUse(Long.parseLong(processId), processName, Quantity.bytes(line.value())));
        }
      }
      default -> {}
    }
  }

  private void warnings(String path, IndentedText.Line line) {
    ReadingBuilder current = device;
    if (current == null) {
      return;
    }
    boolean reason =
        path.startsWith("Clocks Event Reasons/") || path.startsWith("Clocks Throttle Reasons/");
    if (reason && line.value().equals("Active") && !line.key().equals("Idle")) {
      if (SLOWED.matcher(line.key()).matches()) {
        current.atBest(Health.DEGRADED, "slowed: " + line.key());
      } else {
        current.remark("clocks: " + line.key());
      }
    }
    boolean yes = line.value().equals("Yes");
    if (yes && line.key().matches("Remapping Failure Occurred|Unrepairable Memory")) {
      current.atBest(Health.FAILED, line.key());
    }
    if (yes && (path.equals("Remapped Rows/Pending") || line.key().endsWith("Repair Pending"))) {
      current.atBest(Health.DEGRADED, path.replace('/', ' '));
    }
    if (line.key().equals("GPU Recovery Action") && !line.value().matches("None|N/A|")) {
      current.atBest(Health.DEGRADED, "recovery action: " + line.value());
    }
  }

  private void endDevice() {
    ReadingBuilder done = device;
    device = null;
    part = null;
    if (done == null) {
      return;
    }
    done.name(values.get("Product Name"))
        .uuid(first("GPU UUID", "PPU UUID"))
        .serial(values.get("Serial Number"))
        .firmware(values.get("VBIOS Version"));
    load(done);
    heat(done);
    bus(done);
    errors(done);
    values.clear();
  }

  private @Nullable String first(String... paths) {
    for (String path : paths) {
      String value = values.get(path);
      if (value != null && !value.equals("N/A")) {
        return value;
      }
    }
    return null;
  }

  /** The power of the device itself, at whatever depth a driver puts it. */
  private @Nullable String under(String... keys) {
    for (String key : keys) {
      for (Map.Entry<String, String> each : values.entrySet()) {
        boolean there =
            each.getKey().matches("(GPU )?Power Readings/.*") && each.getKey().endsWith("/" + key);
        if (there && !each.getValue().equals("N/A") && !each.getValue().isEmpty()) {
          return each.getValue();
        }
      }
    }
    return null;
  }

  private void load(ReadingBuilder to) {
    to.figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(first("FB Memory Usage/Total")))
        .figure(Metric.MEMORY_USED_BYTES, Quantity.bytes(first("FB Memory Usage/Used")))
        .figure(Metric.UTILIZATION_PERCENT, signed(first("Utilization/GPU", "Utilization/Gpu")))
        .figure(Metric.MEMORY_BUSY_PERCENT, signed(first("Utilization/Memory")))
        .figure(Metric.ENCODER_PERCENT, signed(first("Utilization/Encoder")))
        .figure(Metric.DECODER_PERCENT, signed(first("Utilization/Decoder")))
        .figure(Metric.CORE_CLOCK_MEGAHERTZ, clock(first("Clocks/SM", "Clocks/Graphics")))
        .figure(Metric.MEMORY_CLOCK_MEGAHERTZ, clock(first("Clocks/Memory")))
        .figure(Metric.CORE_CLOCK_MAX_MEGAHERTZ, clock(first("Max Clocks/SM")))
        .figure(Metric.MEMORY_CLOCK_MAX_MEGAHERTZ, clock(first("Max Clocks/Memory")));
  }

  private void heat(ReadingBuilder to) {
    to.figure(
            Metric.TEMPERATURE_CELSIUS,
            degrees(first("Temperature/GPU Current Temp", "Temperature/PPU Current Temp")))
        .figure(
            Metric.MEMORY_TEMPERATURE_CELSIUS, degrees(first("Temperature/Memory Current Temp")))
        .figure(
            Metric.POWER_WATTS,
            watts(under("Average Power Draw", "Power Draw", "Instantaneous Power Draw")))
        .figure(
            Metric.POWER_LIMIT_WATTS,
            watts(under("Enforced Power Limit", "Current Power Limit", "Power Limit")))
        .figure(Metric.FAN_PERCENT, signed(first("Fan Speed")));
  }

  private void bus(ReadingBuilder to) {
    String info = "PCI/GPU Link Info/";
    to.figure(Metric.PCIE_GENERATION, Quantity.generation(first(info + "PCIe Generation/Current")))
        .figure(
            Metric.PCIE_GENERATION_MAX, Quantity.generation(first(info + "PCIe Generation/Max")))
        .figure(Metric.PCIE_LANES, lanes(first(info + "Link Width/Current")))
        .figure(Metric.PCIE_LANES_MAX, lanes(first(info + "Link Width/Max")))
        .figure(Metric.PCIE_ERRORS_COUNT, Quantity.count(first("PCI/Replays Since Reset")))
        .figure(
            Metric.PCIE_SENT_BYTES_PER_SECOND, Quantity.bytesPerSecond(first("PCI/Tx Throughput")))
        .figure(
            Metric.PCIE_RECEIVED_BYTES_PER_SECOND,
            Quantity.bytesPerSecond(first("PCI/Rx Throughput")));
  }

  private void errors(ReadingBuilder to) {
    // A text may end early: a sum is told only when what follows its parts is there.
    if (values.containsKey("ECC Errors/Aggregate")) {
      to.figure(Metric.ECC_CORRECTED_COUNT, sum("ECC Errors/Volatile/", ".* Correctable.*"))
          .figure(Metric.ECC_UNCORRECTED_COUNT, sum("ECC Errors/Volatile/", ".* Uncorrectable.*"));
    }
    if (values.containsKey("Remapped Rows/Pending")) {
      to.figure(Metric.REMAPPED_ROWS_COUNT, sum("Remapped Rows/", "(?:Unc|C)orrectable Error"));
    }
    if ("Enabled".equals(values.get("MIG Mode/Current"))) {
      to.remark("MIG is on");
    }
  }

  private @Nullable Double sum(String under, String keys) {
    List<Double> counts =
        values.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(under))
            .filter(entry -> entry.getKey().substring(under.length()).matches(keys))
            .map(entry -> Quantity.count(entry.getValue()))
            .map(count -> count == null ? -1 : count)
            .toList();
    boolean told = !counts.isEmpty() && counts.stream().allMatch(count -> count >= 0);
    return told ? counts.stream().mapToDouble(Double::doubleValue).sum() : null;
  }

  private static @Nullable Double signed(@Nullable String text) {
    return text != null && text.endsWith("%") ? Quantity.percent(text) : null;
  }

  private static @Nullable Double degrees(@Nullable String text) {
    return text != null && text.endsWith("C") ? Quantity.celsius(text) : null;
  }

  private static @Nullable Double watts(@Nullable String text) {
    return text != null && text.endsWith("W") ? Quantity.watts(text) : null;
  }

  private static @Nullable Double clock(@Nullable String text) {
    return text != null && text.endsWith("Hz") ? Quantity.megahertz(text) : null;
  }

  private static @Nullable Double lanes(@Nullable String text) {
    return text != null && text.endsWith("x") ? Quantity.lanes(text) : null;
  }
}
