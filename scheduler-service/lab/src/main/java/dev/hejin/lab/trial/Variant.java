package dev.hejin.lab.trial;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One way to run a scenario: what differs from the scenario's file.
 *
 * @param name short, unique in an experiment, such as {@code hejin} or {@code heap-greedy, static}
 * @param settings paths of the scenario file, as in {@code control.policy}, to the values that they
 *     have in this variant, as text
 */
public record Variant(String name, Map<String, String> settings) {
  /** Checks and copies, keeping the order. */
  public Variant {
    requireNonNull(name, "name");
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }
}
