package dev.hejin.deploy.local.load;

import dev.hejin.client.CommandFailure;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which calls come how often.
 *
 * @param parts weight by kind
 */
record CallMix(Map<String, Double> parts) {
  static final String READS = "reads";
  static final String PLANS = "plans";

  private static final Set<String> KINDS = Set.of(READS, PLANS);
  private static final String FIX = "\nMaybe give reads=95,plans=5, or reads alone.";

  CallMix {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /** Reads {@code reads=95,plans=5}; a kind without a number weighs 1. */
  static CallMix parse(String given) {
    Map<String, Double> parts = new LinkedHashMap<>();
    for (String part : given.split(",", -1)) {
      int equals = part.indexOf('=');
      String kind = (equals < 0 ? part : part.substring(0, equals)).strip();
      if (!KINDS.contains(kind)) {
        throw refused(given, "'" + kind + "' is neither reads nor plans");
      }
      if (parts.put(kind, equals < 0 ? 1 : weight(given, part.substring(equals + 1))) != null) {
        throw refused(given, kind + " is there twice");
      }
    }
    return new CallMix(parts);
  }

  private static double weight(String given, String text) {
    try {
      double weight = Double.parseDouble(text.strip());
      if (weight > 0 && !Double.isInfinite(weight)) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Told below, as any other wrong weight.
    }
    throw refused(given, "'" + text + "' is no weight above 0");
  }

  private static CommandFailure refused(String given, String why) {
    return CommandFailure.usage("--mix is '" + given + "': " + why + FIX);
  }

  double weight(String kind) {
    return parts.getOrDefault(kind, 0.0);
  }
}
