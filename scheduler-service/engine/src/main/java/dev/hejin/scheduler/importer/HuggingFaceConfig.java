package dev.hejin.scheduler.importer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Typed and bounded access to one object of a parsed config.json. A JSON null counts as absent, as
 * it does for the libraries that read these files.
 */
final class HuggingFaceConfig {
  /** Widths and ranks: ten times what the largest published models use. */
  static final int MAX_WIDTH = 1 << 20;

  private final String path;
  private final Map<String, Object> fields;

  private HuggingFaceConfig(String path, Map<String, Object> fields) {
    this.path = path;
    this.fields = fields;
  }

  /** Reads the root of a parsed document. */
  static HuggingFaceConfig of(@Nullable Object tree) {
    return of("", tree);
  }

  private static HuggingFaceConfig of(String path, @Nullable Object tree) {
    if (!(tree instanceof Map<?, ?> map)) {
      String field = path.isEmpty() ? "(root)" : path;
      throw new ModelImportException(
          field,
          (path.isEmpty() ? "the model configuration" : path)
              + " is "
              + describe(tree)
              + ", not an object",
          "this is not a config.json of a model; its first character is '{'.");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (value != null) {
            fields.put(String.valueOf(key), value);
          }
        });
    return new HuggingFaceConfig(path, Collections.unmodifiableMap(fields));
  }

  /** True when the field is there and not null. */
  boolean has(String field) {
    return fields.containsKey(field);
  }

  /** The first of the names that is there, or the first name when none is. */
  String firstOf(String... names) {
    for (String name : names) {
      if (has(name)) {
        return name;
      }
    }
    return names[0];
  }

  HuggingFaceConfig object(String field) {
    return of(pathOf(field), require(field));
  }

  /** A size of 1 to {@link #MAX_WIDTH}. */
  int width(String field) {
    return integer(field, 1, MAX_WIDTH);
  }

  int integer(String field, int least, int most) {
    return bounded(field, require(field), least, most);
  }

  int integerOr(String field, int fallback, int least, int most) {
    return has(field) ? integer(field, least, most) : fallback;
  }

  boolean flag(String field, boolean fallback) {
    Object value = fields.get(field);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrongType(field, value, "true or false");
  }

  Optional<String> text(String field) {
    Object value = fields.get(field);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(asText(field, value));
  }

  List<String> texts(String field) {
    return list(field, value -> asText(field, value));
  }

  List<Integer> integers(String field, int least, int most) {
    return list(field, value -> bounded(field, value, least, most));
  }

  /** A refusal of this field's value. */
  ModelImportException refuse(String field, String problem, String fix) {
    return new ModelImportException(
        pathOf(field), pathOf(field) + " is " + show(fields.get(field)) + problem, fix);
  }

  ModelImportException missing(String field) {
    String where =
        path.isEmpty()
            ? "it stands at the top level of config.json"
            : "it stands inside '" + path + "' of config.json";
    return new ModelImportException(
        pathOf(field),
        "field '" + pathOf(field) + "' is missing",
        where + "; the file may be cut short or belong to another kind of model.");
  }

  private <T> List<T> list(String field, Function<Object, T> element) {
    Object value = require(field);
    if (!(value instanceof List<?> items)) {
      throw wrongType(field, value, "a list");
    }
    List<T> result = new ArrayList<>(items.size());
    for (Object item : items) {
      if (item == null) {
        throw wrongType(field, items, "a list without null");
      }
      result.add(element.apply(item));
    }
    return result;
  }

  private Object require(String field) {
    Object value = fields.get(field);
    if (value == null) {
      throw missing(field);
    }
    return value;
  }

  private String asText(String field, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrongType(field, value, "a text");
  }

  private int bounded(String field, Object value, int least, int most) {
    if (!(value instanceof Number number)) {
      throw wrongType(field, value, "a whole number");
    }
    BigDecimal exact;
    try {
      exact = new BigDecimal(number.toString());
    } catch (NumberFormatException notFinite) {
      throw wrongType(field, value, "a whole number");
    }
    if (exact.compareTo(BigDecimal.valueOf(least)) < 0
        || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw new ModelImportException(
          pathOf(field),
          pathOf(field) + " is " + show(value) + ", outside " + least + " to " + most,
          "the file is damaged or was edited; compare it with the published one.");
    }
    if (exact.stripTrailingZeros().scale() > 0) {
      throw wrongType(field, value, "a whole number");
    }
    return exact.intValue();
  }

  private ModelImportException wrongType(String field, Object value, String wanted) {
    return new ModelImportException(
        pathOf(field),
        pathOf(field) + " is " + describe(value) + ", not " + wanted,
        "quotes or brackets are wrong around it; compare it with the published file.");
  }

  private String pathOf(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case Map<?, ?> map -> "an object of " + map.size() + " fields";
      case List<?> list -> "a list of " + list.size();
      case String text -> "the text '" + show(text) + "'";
      default -> show(value);
    };
  }

  private static String show(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
