package dev.hejin.catalog.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;

/** Turns a finding of the schema library into a field, a problem and a likely fix. */
final class SchemaAdvice {

  private final JsonNode root;

  SchemaAdvice(JsonNode root) {
    this.root = root;
  }

  /** Returns the JSON path, with the missing or unknown field at its end. */
  String field(ValidationMessage finding) {
    String path = finding.getInstanceLocation().toString();
    String property = finding.getProperty();
    return property == null || property.isEmpty() ? path : path + "." + property;
  }

  String problem(ValidationMessage finding) {
    return switch (finding.getType()) {
      case "additionalProperties" -> "there is no such field";
      case "required" -> "the field is missing";
      case "false" -> "the field does not belong here";
      default -> strip(finding.getError(), finding);
    };
  }

  String fix(ValidationMessage finding) {
    JsonNode owner = ownerOf(finding);
    String property = String.valueOf(finding.getProperty());
    return switch (finding.getType()) {
      case "additionalProperties" -> nearest(property, namesOf(owner.path("properties")));
      case "required" -> {
        String meaning = describe(owner.path("properties").path(property));
        yield "add the field \"" + property + "\"" + (meaning.isEmpty() ? "" : ": " + meaning);
      }
      case "enum" -> "use one of " + join(owner.path("enum"));
      case "type" -> "write " + typeOf(owner) + meaningOf(owner);
      default -> "read what the field means" + meaningOf(owner);
    };
  }

  private String meaningOf(JsonNode owner) {
    String meaning = describe(owner);
    return meaning.isEmpty() ? "" : " (" + meaning + ")";
  }

  private String describe(JsonNode schema) {
    String text = schema.path("description").asText("");
    if (text.isEmpty() && schema.has("$ref")) {
      text = root.at(schema.path("$ref").asText().substring(1)).path("description").asText("");
    }
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static String nearest(String property, List<String> known) {
    if (known.isEmpty()) {
      return "remove it";
    }
    return "you mean \"%s\"; the fields here are %s"
        .formatted(NearestNames.of(property, known, 1).getFirst(), String.join(", ", known));
  }

  private static String typeOf(JsonNode owner) {
    JsonNode type = owner.path("type");
    return switch (type.isArray() ? join(type) : type.asText()) {
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "string" -> "a text";
      case "boolean" -> "true or false";
      case "array" -> "a list";
      case "object" -> "fields below it";
      default -> "one of " + join(type);
    };
  }

  private static String join(JsonNode list) {
    List<String> items = new ArrayList<>();
    list.forEach(item -> items.add(item.asText()));
    return String.join(", ", items);
  }

  private static List<String> namesOf(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Finds the part of the schema that holds the broken keyword. */
  private JsonNode ownerOf(ValidationMessage finding) {
    JsonNodePath keyword = finding.getSchemaLocation().getFragment();
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < keyword.getNameCount() - 1; i++) {
      steps.add(String.valueOf(keyword.getElement(i)));
    }
    JsonNode node = root;
    for (String step : steps) {
      node = node.isArray() ? node.path(Integer.parseInt(step)) : node.path(step);
    }
    return node;
  }

  private static String strip(String error, ValidationMessage finding) {
    String text = error == null ? finding.getMessage() : error;
    String path = finding.getInstanceLocation() + ": ";
    return text.startsWith(path) ? text.substring(path.length()) : text;
  }
}
