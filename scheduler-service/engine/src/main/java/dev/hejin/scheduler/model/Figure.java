package dev.hejin.scheduler.model;

import static java.util.Objects.requireNonNull;

/**
 * One number about a device and where it comes from.
 *
 * @param value in the unit that the holder's component names; NaN exactly when unknown
 * @param provenance how it is known
 * @param source free text: file, tool or citation; empty when there is none
 */
public record Figure(double value, Provenance provenance, String source) {
  /** The figure that nobody has stated. It stays unknown: never zero. */
  public static final Figure UNKNOWN = new Figure(Double.NaN, Provenance.UNKNOWN, "");

  public Figure {
    requireNonNull(provenance, "provenance");
    requireNonNull(source, "source");
    if (Double.isNaN(value) != (provenance == Provenance.UNKNOWN)) {
      throw new IllegalArgumentException(
          "figure "
              + value
              + " with provenance "
              + provenance
              + "\nMaybe use Figure.UNKNOWN for what is not known.");
    }
    if (value < 0 || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "figure " + value + " from " + provenance + " must be finite and not negative");
    }
  }

  public static Figure of(double value, Provenance provenance, String source) {
    return new Figure(value, provenance, source);
  }

  public boolean isKnown() {
    return provenance != Provenance.UNKNOWN;
  }

  /** The value, or {@code fallback} where it is unknown. */
  public double or(double fallback) {
    return isKnown() ? value : fallback;
  }
}
