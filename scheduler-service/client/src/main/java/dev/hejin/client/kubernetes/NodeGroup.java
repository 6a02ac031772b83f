package dev.hejin.client.kubernetes;

import static java.util.Objects.requireNonNull;

import dev.hejin.client.planfile.BadFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Like nodes that take consecutive ranks.
 *
 * @param label key of the label that the nodes have
 * @param value of the label
 * @param nodes that are used
 * @param resource what a device is called in a pod's limits
 */
public record NodeGroup(String label, String value, int nodes, String resource) {
  private static final int MOST_NODES = 10_000;

  /** Keys of labels and names of resources: a name, before it perhaps a domain. */
  private static final String KEY = "(?:[a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

  private static final Pattern FORM =
      Pattern.compile(
          "(%s)=([A-Za-z0-9][A-Za-z0-9._-]{0,62}):(\\d{1,5})(?::(%s))?".formatted(KEY, KEY));

  public NodeGroup {
    requireNonNull(label, "label");
    requireNonNull(value, "value");
    requireNonNull(resource, "resource");
  }

  /**
   * Reads {@code LABEL=VALUE:NODES[:RESOURCE]}.
   *
   * @param resource where the text names none
   */
  static NodeGroup parse(String text, String resource) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw BadFile.option(
          "--group",
          text,
          "not LABEL=VALUE:NODES or LABEL=VALUE:NODES:RESOURCE",
          "write nvidia.com/gpu.product=NVIDIA-H20:2");
    }
    int nodes = Integer.parseInt(matcher.group(3));
    if (nodes < 1 || nodes > MOST_NODES) {
      throw BadFile.option(
          "--group", text, nodes + " nodes are not from 1 to " + MOST_NODES, "write :1");
    }
    String named = matcher.group(4);
    return new NodeGroup(
        matcher.group(1), matcher.group(2), nodes, named == null ? resource : named);
  }
}
