package dev.hejin.agent.app.probe.form;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as tools print it: with words before it, blanks in keys, numbers as text. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The first object or array of the text; missing when there is no whole one. */
  public static JsonNode read(String raw) {
    int object = raw.indexOf('{');
    int array = raw.indexOf('[');
    int start = object < 0 ? array : array < 0 ? object : Math.min(object, array);
    if (start < 0) {
      return MissingNode.getInstance();
    }
    try {
      JsonNode node = MAPPER.readTree(raw.substring(start));
      return node == null ? MissingNode.getInstance() : node;
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  /** The value under a path of keys, whatever blanks and case they are written with. */
  public static JsonNode at(JsonNode node, String... keys) {
    JsonNode current = node;
    for (String key : keys) {
      current = child(current, key);
    }
    return current;
  }

  private static JsonNode child(JsonNode node, String key) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getKey().strip().equalsIgnoreCase(key)) {
        return field.getValue();
      }
    }
    return MissingNode.getInstance();
  }

  /** The text or number under the first of these keys; null without. */
  public static @Nullable String text(JsonNode node, String... keys) {
    for (String key : keys) {
      JsonNode found = child(node, key);
      if (found.isValueNode() && !found.isNull()) {
        return found.asText().strip();
      }
    }
    return null;
  }
}
