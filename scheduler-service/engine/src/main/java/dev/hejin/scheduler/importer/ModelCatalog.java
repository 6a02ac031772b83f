package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.ModelSpec;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Models that need no file: the facts of published config.json files, read by {@link
 * ModelImporter}. A model answers to its short name and to its Hugging Face repository, in any case
 * of letters.
 */
public final class ModelCatalog {
  private static final List<String> NAMES =
      List.of(
          "deepseek-v2",
          "deepseek-v2-lite",
          "deepseek-v3",
          "deepseek-v3.2",
          "deepseek-v4-pro",
          "gemma-2-27b",
          "gemma-2-9b",
          "gemma-3-12b",
          "gemma-3-27b",
          "glm-4.5",
          "glm-4.5-air",
          "glm-4.7-flash",
          "glm-5",
          "gpt-oss-120b",
          "gpt-oss-20b",
          "kimi-k2",
          "llama-2-13b",
          "llama-2-70b",
          "llama-2-7b",
          "llama-3.1-405b",
          "llama-3.1-70b",
          "llama-3.1-8b",
          "llama-3.2-1b",
          "llama-3.2-3b",
          "llama-4-maverick",
          "llama-4-scout",
          "minimax-m2.5",
          "mistral-7b",
          "mistral-large-123b",
          "mistral-nemo-12b",
          "mistral-small-24b",
          "mixtral-8x22b",
          "mixtral-8x7b",
          "phi-4",
          "qwen2.5-0.5b",
          "qwen2.5-1.5b",
          "qwen2.5-14b",
          "qwen2.5-32b",
          "qwen2.5-3b",
          "qwen2.5-72b",
          "qwen2.5-7b",
          "qwen3-0.6b",
          "qwen3-1.7b",
          "qwen3-14b",
          "qwen3-235b-a22b",
          "qwen3-30b-a3b",
          "qwen3-32b",
          "qwen3-4b",
          "qwen3-8b",
          "qwen3-coder-480b-a35b",
          "qwen3-next-80b-a3b",
          "qwen3.5-397b-a17b");

  private static final ModelCatalog BUNDLED = new ModelCatalog();

  private final Map<String, CatalogEntry> entries;
  private final Map<String, CatalogEntry> bare;

  private ModelCatalog() {
    Map<String, CatalogEntry> loaded = new TreeMap<>();
    for (String name : NAMES) {
      CatalogEntry entry = CatalogEntry.load(name);
      loaded.put(name, entry);
      loaded.put(entry.source().toLowerCase(Locale.ROOT), entry);
    }
    this.entries = Collections.unmodifiableMap(loaded);
    Map<String, CatalogEntry> bare = new TreeMap<>();
    for (CatalogEntry entry : loaded.values()) {
      bare.put(ModelNames.bare(entry.name()), entry);
      bare.put(ModelNames.bare(entry.source()), entry);
      entry.aliases().forEach(alias -> bare.put(ModelNames.bare(alias), entry));
    }
    this.bare = Collections.unmodifiableMap(bare);
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

  /**
   * A model by any name that people give it: of any publisher, with words for a quantisation, a
   * tuning or a date behind it. Models of one shape answer to one entry.
   */
  public Optional<ModelSpec> resolve(String name) {
    CatalogEntry entry = bare.get(ModelNames.bare(name));
    if (entry == null) {
      return Optional.empty();
    }
    ModelSpec model = ModelImporter.fromConfig(entry.name(), entry.config());
    return Optional.of(model);
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
