package dev.hejin.agent.app.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.PeerLink;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What probes find, as JSON: each figure with its name, unit, value and the command that told it.
 * What is unknown is left out, never zero.
 */
final class ProbeJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ProbeJson() {}

  static String text(ObjectNode root) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode inventory(Inventory inventory) {
    ObjectNode node = NODES.objectNode();
    node.put("vendor", inventory.vendor());
    node.put("source", inventory.source());
    ArrayNode devices = node.putArray("devices");
    inventory.devices().forEach(device -> devices.add(device(device)));
    ArrayNode links = node.putArray("links");
    inventory.links().forEach(link -> links.add(link(link)));
    ArrayNode problems = node.putArray("problems");
    inventory.problems().forEach(problems::add);
    return node;
  }

  private static ObjectNode device(DeviceReading device) {
    ObjectNode node = NODES.objectNode();
    node.put("key", device.key());
    text(node, "name", device.name());
    text(node, "uuid", device.uuid());
    text(node, "serial", device.serial());
    text(node, "busId", device.busId());
    text(node, "card", device.card());
    text(node, "partitionOf", device.partitionOf());
    text(node, "driverVersion", device.driverVersion());
    text(node, "firmwareVersion", device.firmwareVersion());
    node.put("health", device.health().name());
    ArrayNode figures = node.putArray("figures");
    device.figures().forEach((metric, value) -> figures.add(figure(device, metric, value)));
    ArrayNode remarks = node.putArray("remarks");
    device.remarks().forEach(remarks::add);
    ArrayNode processes = node.putArray("processes");
    device
        .processes()
        .forEach(
            use -> {
              ObjectNode process = processes.addObject().put("pid", use.pid());
              text(process, "name", use.name());
              number(process, "memoryBytes", use.memoryBytes());
            });
    return node;
  }

  private static ObjectNode figure(DeviceReading device, Metric metric, double value) {
    ObjectNode figure = NODES.objectNode().put("name", metric.name());
    number(figure, "value", value);
    text(figure, "unit", metric.unit());
    text(figure, "source", device.source(metric));
    return figure;
  }

  private static ObjectNode link(PeerLink link) {
    ObjectNode node =
        NODES
            .objectNode()
            .put("from", link.from())
            .put("to", link.to())
            .put("kind", link.kind().name())
            .put("name", link.name());
    number(node, "bytesPerSecond", link.bytesPerSecond());
    return node;
  }

  private static void text(ObjectNode node, String name, String value) {
    if (!value.isEmpty()) {
      node.put(name, value);
    }
  }

  private static void number(
      ObjectNode node, String name, @org.jspecify.annotations.Nullable Double value) {
    if (value == null) {
      return;
    }
    double number = value;
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      node.put(name, (long) number);
    } else {
      node.put(name, number);
    }
  }
}
