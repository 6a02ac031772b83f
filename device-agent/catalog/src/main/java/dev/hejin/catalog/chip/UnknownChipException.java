package dev.hejin.catalog.chip;

import java.util.List;

/** A chip name that the catalogue does not know, or that means several chips. */
public final class UnknownChipException extends IllegalArgumentException {

  private final List<String> candidates;

  UnknownChipException(String vendor, String reported, String problem, List<String> candidates) {
    super(
        "The chip \"%s\" of vendor \"%s\" %s.%nMaybe one of these is meant: %s."
            .formatted(reported, vendor, problem, String.join(", ", candidates)));
    this.candidates = List.copyOf(candidates);
  }

  /** Returns the models that may be meant. */
  public List<String> candidates() {
    return candidates;
  }
}
