package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

/**
 * How the caller named the model: by catalogue name or by the text of a config.json.
 *
 * @param name for people
 * @param catalogName empty when a config was given
 * @param configJson empty when a catalogue name was given
 */
public record ModelReference(String name, String catalogName, String configJson) {
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
}
