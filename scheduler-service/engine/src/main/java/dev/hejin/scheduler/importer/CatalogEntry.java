package dev.hejin.scheduler.importer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/**
 * One file of the catalogue. Keys are the field names of config.json, with dots into nested
 * objects; a value is {@code true}, {@code false}, a whole number, a list in square brackets or a
 * text. {@code catalogue.source} names the Hugging Face repository that the facts are from; {@code
 * catalogue.aliases} lists models with the same shape.
 *
 * @param name short name
 * @param source repository
 * @param aliases other models of the same shape
 * @param config as a parsed config.json would be
 */
record CatalogEntry(String name, String source, List<String> aliases, Map<String, Object> config) {
  private static final String SOURCE = "catalogue.source";
  private static final String ALIASES = "catalogue.aliases";

  static CatalogEntry load(String name) {
    Properties properties = new Properties();
    String resource = "/dev/hejin/scheduler/models/" + name + ".properties";
    try (InputStream stream = CatalogEntry.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(
            "resource " + resource + " is missing\nMaybe the jar was built without resources.");
      }
      try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
        properties.load(reader);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
    return of(name, properties);
  }

  static CatalogEntry of(String name, Properties properties) {
    Map<String, Object> config = new LinkedHashMap<>();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      if (!key.equals(SOURCE) && !key.equals(ALIASES)) {
        put(config, key, value(properties.getProperty(key, "").strip()));
      }
    }
    List<String> aliases = new ArrayList<>();
    if (value(properties.getProperty(ALIASES, "[]").strip()) instanceof List<?> list) {
      list.forEach(alias -> aliases.add(String.valueOf(alias)));
    }
    return new CatalogEntry(
        name, properties.getProperty(SOURCE, ""), aliases, Collections.unmodifiableMap(config));
  }

  private static void put(Map<String, Object> config, String key, Object value) {
    int dot = key.indexOf('.');
    if (dot < 0) {
      config.put(key, value);
      return;
    }
    String parent = key.substring(0, dot);
    Object nested = config.computeIfAbsent(parent, ignored -> new LinkedHashMap<String, Object>());
    if (!(nested instanceof Map<?, ?> map)) {
      throw new IllegalStateException(
          "key '" + parent + "' has a value and fields\nMaybe one of the two is misspelt.");
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((field, present) -> copy.put(String.valueOf(field), present));
    put(copy, key.substring(dot + 1), value);
    config.put(parent, copy);
  }

  private static Object value(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      List<Object> items = new ArrayList<>();
      String inner = text.substring(1, text.length() - 1).strip();
      for (String item : inner.isEmpty() ? new String[0] : inner.split(",", -1)) {
        items.add(value(item.strip()));
      }
      return Collections.unmodifiableList(items);
    }
    if (text.matches("-?[0-9]{1,18}")) {
      return Long.valueOf(text);
    }
    return switch (text) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> text;
    };
  }
}
