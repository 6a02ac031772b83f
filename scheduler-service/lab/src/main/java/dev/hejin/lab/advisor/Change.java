package dev.hejin.lab.advisor;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that could be bought or built.
 *
 * @param key short and unique, as in {@code node:H20}: what its cost is given by
 * @param text for people
 * @param settings that make it so
 * @param usdPerHour what it costs; NaN when unknown
 */
public record Change(String key, String text, Map<String, String> settings, double usdPerHour) {
  /** Checks and copies, keeping the order. */
  public Change {
    requireNonNull(key, "key");
    requireNonNull(text, "text");
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** The same at another cost. */
  public Change at(double otherUsdPerHour) {
    return new Change(key, text, settings, otherUsdPerHour);
  }
}
