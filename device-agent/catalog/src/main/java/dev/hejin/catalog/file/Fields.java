package dev.hejin.catalog.file;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of one object in a file that passed its schema. Each knows its path, so that a later
 * check can still name the field.
 */
public final class Fields {

  private final InputFile file;
  private final String path;
  private final JsonNode node;

  Fields(InputFile file, String path, JsonNode node) {
    this.file = requireNonNull(file);
    this.path = requireNonNull(path);
    this.node = requireNonNull(node);
  }

  /** Returns the name of the file, as errors show it. */
  public String fileName() {
    return file.name();
  }

  /** Resolves a path that stands in the file against the folder of the file. */
  public Path resolve(String pathText) {
    return file.folder().resolve(pathText);
  }

  /** Tells whether the field is there. */
  public boolean has(String name) {
    return node.has(name);
  }

  /** Tells whether the field is a number. */
  public boolean isNumber(String name) {
    return node.path(name).isNumber();
  }

  /** Tells whether the field is an object. */
  public boolean isGroup(String name) {
    return node.path(name).isObject();
  }

  /** Returns the names of the fields, in file order. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return List.copyOf(names);
  }

  /** Returns a text; empty when it is missing. */
  public String text(String name) {
    return text(name, "");
  }

  /** Returns a text. */
  public String text(String name, String otherwise) {
    return node.path(name).asText(otherwise);
  }

  /** Returns a list of texts; empty when it is missing. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    node.path(name).forEach(item -> texts.add(item.asText()));
    return List.copyOf(texts);
  }

  /** Returns a list of numbers; empty when it is missing. */
  public List<Double> numbers(String name) {
    List<Double> numbers = new ArrayList<>();
    node.path(name).forEach(item -> numbers.add(item.asDouble()));
    return List.copyOf(numbers);
  }

  /** Returns a number. */
  public double number(String name, double otherwise) {
    return node.path(name).asDouble(otherwise);
  }

  /** Returns a whole number. */
  public int integer(String name, int otherwise) {
    return node.path(name).asInt(otherwise);
  }

  /** Returns a whole number of up to 64 bits. */
  public long wholeNumber(String name, long otherwise) {
    return node.path(name).asLong(otherwise);
  }

  /** Returns yes or no. */
  public boolean flag(String name, boolean otherwise) {
    return node.path(name).asBoolean(otherwise);
  }

  /** Returns the object in a field; one without fields when it is missing. */
  public Fields group(String name) {
    return new Fields(file, pathOf(name), node.path(name));
  }

  /** Returns the objects of a list; empty when it is missing. */
  public List<Fields> groups(String name) {
    List<Fields> groups = new ArrayList<>();
    JsonNode list = node.path(name);
    for (int i = 0; i < list.size(); i++) {
      groups.add(new Fields(file, pathOf(name) + "[" + i + "]", list.path(i)));
    }
    return List.copyOf(groups);
  }

  /** Returns a field as a file of its own, for the reader of another format. */
  public InputFile file(String name) {
    return new InputFile(file.name() + ", " + name, node.path(name).toString(), file.folder());
  }

  /** Makes the error for a field of this object. The fix reads on after "Maybe". */
  public InvalidFileException invalid(String name, String problem, String fix) {
    JsonNode value = node.path(name);
    String shown = value.isValueNode() ? value.asText() : value.isMissingNode() ? "" : value + "";
    return new InvalidFileException(file.name(), pathOf(name), shown, problem, fix);
  }

  private String pathOf(String name) {
    return path + "." + name;
  }
}
