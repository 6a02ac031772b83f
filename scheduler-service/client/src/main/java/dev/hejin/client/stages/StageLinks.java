package dev.hejin.client.stages;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hejin.client.CommandFailure;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.scheduler.flow.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the links of a case: {@code list} of rows as {@code fields} names them, by default from,
 * to, bytes_per_s, latency_s, tokens_per_s. Ends are device indices, or {@code source} and {@code
 * sink}. Links between devices carry in both directions unless {@code bidirectional} is false.
 */
final class StageLinks {
  private static final List<String> FIELDS =
      List.of("from", "to", "bytes_per_s", "latency_s", "tokens_per_s");

  private final Path file;
  private final JsonNode list;
  private final int devices;
  private final int[] column;
  private final boolean bothWays;

  StageLinks(Path file, JsonNode links, int devices) {
    this.file = file;
    this.devices = devices;
    JsonNode rows = links.get("list");
    if (rows == null || !rows.isArray() || rows.isEmpty()) {
      throw BadFile.field(
          file, "links.list", rows == null ? "(absent)" : rows, "no links", "list the links");
    }
    list = rows;
    column = columns(links.get("fields"));
    bothWays = links.path("bidirectional").asBoolean(true);
  }

  private int[] columns(@org.jspecify.annotations.Nullable JsonNode fields) {
    List<String> names = new ArrayList<>();
    if (fields != null && !fields.isEmpty()) {
      fields.forEach(f -> names.add(f.asText()));
    } else {
      names.addAll(FIELDS);
    }
    int[] found = new int[FIELDS.size()];
    for (int f = 0; f < found.length; f++) {
      found[f] = names.indexOf(FIELDS.get(f));
      if (found[f] < 0) {
        throw BadFile.field(
            file, "links.fields", names, FIELDS.get(f) + " is missing", "leave fields out");
      }
    }
    return found;
  }

  Network network() {
    Network network = new Network(devices);
    for (int row = 0; row < list.size(); row++) {
      JsonNode link = list.get(row);
      String at = "links.list[" + row + "]";
      if (!link.isArray() || link.size() < FIELDS.size()) {
        throw BadFile.field(
            file, at, link, "not a row of " + FIELDS.size(), "give " + String.join(", ", FIELDS));
      }
      int from = end(link, 0, at, "source");
      int to = end(link, 1, at, "sink");
      double bytes = number(link, 2, at);
      double latency = number(link, 3, at);
      double tokens = number(link, 4, at);
      if (from == to) {
        throw BadFile.field(file, at, link, "leads nowhere", "remove it");
      }
      if (!(tokens > 0) || !(bytes > 0)) {
        throw BadFile.field(
            file,
            at + "." + FIELDS.get(tokens > 0 ? 2 : 4),
            tokens > 0 ? bytes : tokens,
            "a link from "
                + link.get(column[0])
                + " to "
                + link.get(column[1])
                + " that carries nothing",
            "leave the link out");
      }
      if (network.tokensPerSecond(from, to) > 0) {
        throw BadFile.field(file, at, link, "listed twice", "remove one of the two");
      }
      network.link(from, to, tokens, bytes, latency);
      if (bothWays && from < devices && to < devices) {
        network.link(to, from, tokens, bytes, latency);
      }
    }
    return network;
  }

  private int end(JsonNode link, int field, String at, String coordinator) {
    JsonNode node = link.get(column[field]);
    if (node.isTextual() && node.asText().equals(coordinator)) {
      return devices;
    }
    int index = node.isInt() ? node.intValue() : parsed(node.asText());
    if (index < 0 || index >= devices) {
      CommandFailure failure =
          BadFile.field(
              file,
              at + "." + FIELDS.get(field),
              node,
              "no device from 0 to " + (devices - 1) + " and not " + coordinator,
              "the device was removed, or source and sink are exchanged");
      throw failure;
    }
    return index;
  }

  private static int parsed(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private double number(JsonNode link, int field, String at) {
    JsonNode node = link.get(column[field]);
    if (node == null || !node.isNumber()) {
      throw BadFile.field(
          file, at + "." + FIELDS.get(field), node, "not a number", "replace it with a number");
    }
    return node.doubleValue();
  }
}
