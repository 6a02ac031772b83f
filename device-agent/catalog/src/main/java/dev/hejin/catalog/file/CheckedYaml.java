package dev.hejin.catalog.file;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Map;
import org.yaml.snakeyaml.error.YAMLException;

/** Parses a YAML file and checks it against a schema. JSON is YAML, so it reads JSON too. */
public final class CheckedYaml {

  private static final ObjectReader YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .build()
          .readerFor(JsonNode.class);

  private CheckedYaml() {}

  /** Returns the fields of a file that is well formed and follows the schema. */
  public static Fields read(InputFile file, Schema schema) {
    return read(file, schema, Map.of());
  }

  /**
   * The same with values put in place of the file's, before it is checked.
   *
   * @param settings paths such as {@code traffic.rate} or {@code nodes[0].speed} to a value as YAML
   *     writes it
   */
  public static Fields read(InputFile file, Schema schema, Map<String, String> settings) {
    JsonNode root = parse(file);
    Settings.apply(file, root, settings, text -> parse(InputFile.of(file.name(), text)));
    rejectNonFinite(file, "$", root);
    schema.check(file, root);
    return new Fields(file, "$", root);
  }

  private static JsonNode parse(InputFile file) {
    try (JsonParser parser = YAML.createParser(file.text());
        MappingIterator<JsonNode> documents = YAML.readValues(parser)) {
      if (!documents.hasNextValue()) {
        throw empty(file);
      }
      JsonNode root = documents.nextValue();
      if (root.isNull() || root.isTextual() && root.asText().isBlank()) {
        throw empty(file);
      }
      if (documents.hasNextValue()) {
        throw new InvalidFileException(
            file.name(), "$", "", "the file holds more than one document", "remove a line ---");
      }
      return root;
    } catch (JacksonException e) {
      throw malformed(file, pathOf(e), e.getOriginalMessage(), where(e.getLocation()));
    } catch (YAMLException | IOException e) {
      throw malformed(file, "$", String.valueOf(e.getMessage()), "");
    }
  }

  private static InvalidFileException empty(InputFile file) {
    return new InvalidFileException(
        file.name(), "$", "", "the file is empty", "start from one of the shipped files");
  }

  private static String where(JsonLocation location) {
    return location == null ? "" : " in line " + location.getLineNr();
  }

  /** Returns how far the parser came, as a JSON path. */
  private static String pathOf(JacksonException error) {
    if (!(error.getProcessor() instanceof JsonParser parser)) {
      return "$";
    }
    String pointer = parser.getParsingContext().pathAsPointer().toString();
    return "$" + pointer.replaceAll("/(\\d+)(?=/|$)", "[$1]").replace('/', '.');
  }

  private static InvalidFileException malformed(
      InputFile file, String path, String message, String where) {
    return new InvalidFileException(
        file.name(),
        path,
        "",
        "this is not well-formed YAML" + where + ": " + firstLine(message),
        "check the indentation, the brackets and double names there");
  }

  private static String firstLine(String message) {
    return message.lines().map(String::strip).findFirst().orElse("no detail");
  }

  private static void rejectNonFinite(InputFile file, String path, JsonNode node) {
    if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      throw new InvalidFileException(
          file.name(), path, node.asText(), "this is no finite number", "write a plain number");
    }
    node.properties()
        .forEach(field -> rejectNonFinite(file, path + "." + field.getKey(), field.getValue()));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        rejectNonFinite(file, path + "[" + i + "]", node.path(i));
      }
    }
  }
}
