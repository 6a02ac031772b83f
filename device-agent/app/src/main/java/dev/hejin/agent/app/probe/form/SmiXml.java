package dev.hejin.agent.app.probe.form;

import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ProcessUse;
import dev.hejin.agent.probe.ReadingBuilder;
import dev.hejin.agent.probe.Readings;
import dev.hejin.agent.probe.text.Quantity;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The XML that {@code ... -q -x} prints: one element {@code gpu} a device. Read as a stream, so
 * that of a text that ends early the whole devices remain. Foreign entities are not followed.
 */
public final class SmiXml {
  private static final XMLInputFactory FACTORY = factory();

  private final Readings readings;
  private final Deque<String> open = new ArrayDeque<>();
  private final Map<String, String> values = new HashMap<>();
  private final StringBuilder text = new StringBuilder();
  private final List<ProcessUse> processes = new ArrayList<>();
  private String driver = "";
  private String bus = "";
  private int devices;

  private SmiXml(Readings readings) {
    this.readings = readings;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  /** Reads the devices; says so when the text is broken. */
  public static void read(String raw, Readings readings) {
    int start = raw.indexOf('<');
    if (start >= 0) {
      new SmiXml(readings).readAll(raw.substring(start));
    }
  }

  private void readAll(String xml) {
    try {
      XMLStreamReader reader = FACTORY.createXMLStreamReader(new StringReader(xml));
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> begin(reader);
          case XMLStreamConstants.CHARACTERS -> text.append(reader.getText());
          case XMLStreamConstants.END_ELEMENT -> end(reader.getLocalName());
          default -> {}
        }
      }
    } catch (XMLStreamException e) {
      readings.problem("the XML of the tool is broken after " + devices + " devices");
    }
  }

  private void begin(XMLStreamReader reader) {
    text.setLength(0);
    open.addLast(reader.getLocalName());
    if (open.size() == 2 && reader.getLocalName().equals("gpu")) {
      values.clear();
      processes.clear();
      String id = reader.getAttributeValue(null, "id");
      bus = id == null ? "" : id;
    }
  }

  private void end(String name) {
    String value = text.toString().strip();
    text.setLength(0);
    boolean inDevice = open.size() > 2;
    String path = inDevice ? String.join("/", open.stream().skip(2).toList()) : name;
    open.pollLast();
    if (name.equals("process_info")) {
      process();
    } else if (inDevice && !value.isEmpty()) {
      values.put(path, value);
    } else if (name.equals("driver_version")) {
      driver = value;
    } else if (name.equals("gpu") && open.size() == 1) {
      device();
    }
  }

  private void process() {
    String pid = values.remove("processes/process_info/pid");
    String name = values.remove("processes/process_info/process_name");
    String memory = values.remove("processes/process_info/used_memory");
    if (pid != null && pid.matches("\\d{1,18}")) {
      processes.add(
          new ProcessUse(Long.parseLong(pid), name == null ? "" : name, Quantity.bytes(memory)));
    }
  }

  private void device() {
    String order = String.valueOf(devices++);
    ReadingBuilder device = readings.atBus(bus).orElseGet(() -> readings.at(order));
    device
        .busId(bus)
        .name(values.get("product_name"))
        .uuid(values.get("uuid"))
        .serial(first("serial", "serial_number"))
        .driver(driver)
        .firmware(first("vbios_version", "fw_version"));
    if ("Yes".equals(values.get("multigpu_board"))) {
      device.card(first("serial", "serial_number", "board_id"));
    }
    figures(device);
    processes.forEach(device::process);
  }

  private @Nullable String first(String... paths) {
    for (String path : paths) {
      String value = values.get(path);
      if (value != null && !value.startsWith("N/A") && !value.startsWith("Requested")) {
        return value;
      }
    }
    return null;
  }

  private void figures(ReadingBuilder device) {
    String link =
        values.keySet().stream().anyMatch(key -> key.startsWith("pci/pci_gpu_link_info"))
            ? "pci/pci_gpu_link_info/"
            : "pci/gpu_link_info/";
    device
        .figure(Metric.MEMORY_TOTAL_BYTES, Quantity.bytes(memory("total")))
        .figure(Metric.MEMORY_USED_BYTES, Quantity.bytes(memory("used")))
        .figure(
            Metric.UTILIZATION_PERCENT,
            Quantity.percent(first("utilization/gpu_util", "utilization/gpu")))
        .figure(
            Metric.MEMORY_BUSY_PERCENT,
            Quantity.percent(first("utilization/memory_util", "utilization/memory")))
        .figure(
            Metric.ENCODER_PERCENT,
            Quantity.percent(first("utilization/encoder_util", "utilization/encoder")))
        .figure(
            Metric.DECODER_PERCENT,
            Quantity.percent(first("utilization/decoder_util", "utilization/decoder")))
        .figure(
            Metric.TEMPERATURE_CELSIUS,
            Quantity.celsius(
                first("temperature/gpu_temp", "temperature/gpu_current_temp", "temperature/gpu")))
        .figure(
            Metric.MEMORY_TEMPERATURE_CELSIUS,
            Quantity.celsius(first("temperature/memory_temp", "temperature/memory_current_temp")))
        .figure(Metric.POWER_WATTS, Quantity.watts(power("gpu_power_draw", "power_draw")))
        .figure(
            Metric.POWER_LIMIT_WATTS,
            Quantity.watts(
                power(
                    "current_gpu_power_limit",
                    "enforced_power_limit",
                    "power_limit",
                    "current_power_limit")))
        .figure(Metric.FAN_PERCENT, Quantity.percent(first("fan_speed")))
        .figure(
            Metric.CORE_CLOCK_MEGAHERTZ, Quantity.megahertz(first("clocks/sm_clock", "clocks/cu")))
        .figure(
            Metric.MEMORY_CLOCK_MEGAHERTZ,
            Quantity.megahertz(first("clocks/mem_clock", "clocks/memory")))
        .figure(
            Metric.CORE_CLOCK_MAX_MEGAHERTZ,
            Quantity.megahertz(first("max_clocks/sm_clock", "max_clocks/cu")))
        .figure(
            Metric.MEMORY_CLOCK_MAX_MEGAHERTZ,
            Quantity.megahertz(first("max_clocks/mem_clock", "max_clocks/memory")))
        .figure(Metric.ECC_CORRECTED_COUNT, Quantity.count(first("ecc_errors/single_bit")))
        .figure(Metric.ECC_UNCORRECTED_COUNT, Quantity.count(first("ecc_errors/double_bit")));
    pcie(device, link);
  }

  private @Nullable String memory(String what) {
    return first("fb_memory_usage/" + what, "memory_usage/" + what);
  }

  private @Nullable String power(String... names) {
    for (String name : names) {
      String value = first("gpu_power_readings/" + name, "power_readings/" + name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private void pcie(ReadingBuilder device, String link) {
    device
        .figure(
            Metric.PCIE_GENERATION,
            Quantity.generation(
                first(link + "pcie_gen/current_link_gen", link + "pcie_generation/current")))
        .figure(
            Metric.PCIE_GENERATION_MAX,
            Quantity.generation(
                first(link + "pcie_gen/max_link_gen", link + "pcie_generation/max")))
        .figure(
            Metric.PCIE_LANES,
            Quantity.lanes(
                first(link + "link_widths/current_link_width", link + "link_width/current")))
        .figure(
            Metric.PCIE_LANES_MAX,
            Quantity.lanes(first(link + "link_widths/max_link_width", link + "link_width/max")))
        .figure(
            Metric.PCIE_ERRORS_COUNT, Quantity.count(first("pci/replay_counter", "pci/replays")))
        .figure(
            Metric.PCIE_SENT_BYTES_PER_SECOND,
            Quantity.bytesPerSecond(first("pci/tx_util", "pci/tx_throughput")))
        .figure(
            Metric.PCIE_RECEIVED_BYTES_PER_SECOND,
            Quantity.bytesPerSecond(first("pci/rx_util", "pci/rx_throughput")));
  }
}
