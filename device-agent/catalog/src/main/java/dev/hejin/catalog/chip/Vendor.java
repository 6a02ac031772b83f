package dev.hejin.catalog.chip;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;

/** A vendor with the words that drivers and people put before its model names. */
record Vendor(String name, List<String> words) {

  Vendor {
    requireNonNull(name);
    words = List.copyOf(words);
  }

  /** Tells whether a text names this vendor, whatever its case and spaces. */
  boolean isCalled(String text) {
    String squeezed = squeeze(text);
    return squeeze(name).equals(squeezed)
        || words.stream().anyMatch(word -> squeeze(word).equals(squeezed));
  }

  static String squeeze(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
