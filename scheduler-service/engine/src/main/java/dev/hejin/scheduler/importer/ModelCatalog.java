package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.ModelSpec;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Models that need no file: the facts of published config.json files, read by {@link
 * ModelImporter}. A model answers to its short name and to its Hugging Face repository, in any case
 * of letters.
 */
public final class ModelCatalog {
  private static final List<String> NAMES =
      List.of(
          "deepseek-v3",
          "deepseek-v3.2",
          "deepseek-v4-pro",
          "glm-5",
          "gpt-oss-120b",
          "kimi-k2",
          "llama-3.1-70b",
          "llama-4-maverick",
          "minimax-m2.5",
          "mixtral-8x7b",
          "qwen3-235b-a22b",
          "qwen3-30b-a3b",
          "qwen3-32b",
          "qwen3-coder-480b-a35b");

  private static final ModelCatalog BUNDLED = new ModelCatalog();

  private final Map<String, CatalogEntry> entries;

  private ModelCatalog() {
    Map<String, CatalogEntry> loaded = new TreeMap<>();
    for (String name : NAMES) {
      CatalogEntry entry = CatalogEntry.load(name);
      loaded.put(name, entry);
      loaded.put(entry.source().toLowerCase(Locale.ROOT), entry);
    }
    this.entries = Collections.unmodifiableMap(loaded);
  }

  /** The catalogue that is part of Hejin. */
  public static ModelCatalog bundled() {
    return BUNDLED;
  }

  /** Short names, in order. */
  public List<String> names() {
    return NAMES;
  }

  /** The Hugging Face repository that a model's facts are from. */
  public String source(String name) {
    return entry(name).source();
  }

  /**
   * A model by short name or repository; it carries its short name.
   *
   * @throws ModelImportException naming the nearest names when there is no such model
   */
  public ModelSpec model(String name) {
    CatalogEntry entry = entry(name);
    return ModelImporter.fromConfig(entry.name(), entry.config());
  }

  /**
   * The facts of a model, as its parsed config.json would give them.
   *
   * @throws ModelImportException naming the nearest names when there is no such model
   */
  public Map<String, Object> config(String name) {
    return entry(name).config();
  }

  private CatalogEntry entry(String name) {
    String key = name.strip().toLowerCase(Locale.ROOT);
    CatalogEntry entry = entries.get(key);
    if (entry == null) {
      throw new ModelImportException(
          "model",
          "model '" + name + "' is not in the catalogue",
          "you mean "
              + String.join(", ", nearest(key))
              + "; other models are read from their config.json. All names: "
              + String.join(", ", NAMES));
    }
    return entry;
  }

  private static List<String> nearest(String key) {
    String last = key.substring(key.lastIndexOf('/') + 1);
    return NAMES.stream()
        .sorted(Comparator.comparingInt((String name) -> distance(last, name)))
        .limit(3)
        .toList();
  }

  /** Fewest single letters to insert, remove or replace to turn one text into the other. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
