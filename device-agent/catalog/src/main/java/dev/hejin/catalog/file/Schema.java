package dev.hejin.catalog.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.List;
import java.util.Locale;

/** One JSON Schema that this module ships. */
public final class Schema {

  private final JsonSchema schema;
  private final SchemaAdvice advice;
  private final String text;

  private Schema(JsonSchema schema, SchemaAdvice advice, String text) {
    this.schema = schema;
    this.advice = advice;
    this.text = text;
  }

  /** Loads {@code schema/<name>.schema.json}. */
  public static Schema shipped(String name) {
    return of(name, InputFile.shipped("schema/" + name + ".schema.json").text());
  }

  /** The schema of another module. */
  public static Schema of(String name, String text) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The shipped schema " + name + " is not JSON.", e);
    }
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_PATH)
            .locale(Locale.ENGLISH)
            .build();
    JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    return new Schema(factory.getSchema(root, config), new SchemaAdvice(root), text);
  }

  /** Returns the schema as JSON, for people and for editors. */
  public String text() {
    return text;
  }

  void check(InputFile file, JsonNode root) {
    List<ValidationMessage> problems = List.copyOf(schema.validate(root));
    if (problems.isEmpty()) {
      return;
    }
    ValidationMessage first = problems.getFirst();
    String others = problems.size() == 1 ? "" : " (and %d more)".formatted(problems.size() - 1);
    JsonNode value = first.getInstanceNode();
    throw new InvalidFileException(
        file.name(),
        advice.field(first),
        value == null ? "" : value.isValueNode() ? value.asText() : value.toString(),
        advice.problem(first) + others,
        advice.fix(first));
  }
}
