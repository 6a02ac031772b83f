package dev.hejin.catalog.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts values in place of those of a file, by their paths. The schema judges the outcome. */
final class Settings {

  private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)((?:\\[\\d{1,6}])*)");
  private static final Pattern INDEX = Pattern.compile("\\[(\\d+)]");

  private Settings() {}

  static void apply(
      InputFile file,
      JsonNode root,
      Map<String, String> settings,
      Function<String, JsonNode> yaml) {
    settings.forEach((path, text) -> put(file, root, path, value(file, path, text, yaml)));
  }

  private static JsonNode value(
      InputFile file, String path, String text, Function<String, JsonNode> yaml) {
    try {
      return yaml.apply(text);
    } catch (InvalidFileException e) {
      throw bad(file, path, text, "the setting has no value that YAML reads", "write one value");
    }
  }

  private static void put(InputFile file, JsonNode root, String path, JsonNode value) {
    String[] steps = path.split("\\.", -1);
    JsonNode node = root;
    for (int i = 0; i < steps.length; i++) {
      Matcher step = STEP.matcher(steps[i]);
      if (!step.matches() || !(node instanceof ObjectNode owner)) {
        throw bad(
            file,
            path,
            value.asText(),
            "the path of the setting leads nowhere",
            "write it as in traffic.requestsPerSecond or pool.nodes[0].speed");
      }
      String name = step.group(1);
      boolean last = i == steps.length - 1;
      if (step.group(2).isEmpty()) {
        if (last) {
          owner.set(name, value);
          return;
        }
        node = owner.has(name) ? owner.path(name) : owner.putObject(name);
      } else {
        node = element(file, path, owner.path(name), step.group(2), last ? value : null);
      }
    }
  }

  /** Walks into a list, and sets its element where there is a value. */
  private static JsonNode element(
      InputFile file, String path, JsonNode list, String indices, @Nullable JsonNode value) {
    JsonNode node = list;
    Matcher index = INDEX.matcher(indices);
    while (index.find()) {
      int at = Integer.parseInt(index.group(1));
      if (!(node instanceof ArrayNode array) || at >= array.size()) {
        throw bad(
            file,
            path,
            "",
            "the list has %d elements, there is none with the number %d".formatted(node.size(), at),
            "the first one has the number 0");
      }
      if (value != null && index.end() == indices.length()) {
        array.set(at, value);
      }
      node = array.get(at);
    }
    return node;
  }

  private static InvalidFileException bad(
      InputFile file, String path, String value, String problem, String fix) {
    return new InvalidFileException(file.name(), "$." + path, value, problem, fix);
  }
}
