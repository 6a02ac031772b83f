package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

/**
 * One known number. An unknown one is null where it would stand.
 *
 * @param value in the unit that the holding field names; finite, not negative
 * @param source tool, file or citation; empty when there is none
 */
public record Figure(double value, Provenance provenance, String source) {
  public Figure {
    requireNonNull(provenance, "provenance");
    requireNonNull(source, "source");
    if (!Double.isFinite(value) || value < 0) {
      throw new IllegalArgumentException(
          "value is "
              + value
              + ", not a finite number of at least 0\nMaybe leave the figure out: unknown is null");
    }
  }
}
