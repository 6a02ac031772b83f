package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * How the caller named the model: by catalogue name or by the text of a config.json.
 *
 * @param name for people
 * @param catalogName empty when a config was given
 * @param configJson empty when a catalogue name was given
 * @param catalogued what the catalogue said when the caller named it; null when a config was given
 */
public record ModelReference(
    String name, String catalogName, String configJson, @Nullable Catalogued catalogued) {
  /**
   * A model as the catalogue had it once, so that the log does not depend on today's.
   *
   * @param modelName short name
   * @param configJson text of its config.json
   */
  public record Catalogued(String modelName, String configJson) {}

  public ModelReference {
    requireNonNull(name, "name");
    if (catalogName.isEmpty() == configJson.isEmpty()) {
      throw new IllegalArgumentException(
          "model: exactly one of catalog_name ('"
              + catalogName
              + "') and config_json ("
              + configJson.length()
              + " characters) must be given");
    }
  }

  public ModelReference(String name, String catalogName, String configJson) {
    this(name, catalogName, configJson, null);
  }
}
