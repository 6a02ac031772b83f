package dev.hejin.catalog.chip;

import static java.util.Objects.requireNonNull;

import java.util.OptionalDouble;

/**
 * One figure with its origin. Either known, finite and above 0, or unknown.
 *
 * @param value the value in {@code unit}; reading it from an unknown figure throws
 * @param unit the unit
 * @param provenance how it came about
 * @param confidence how far to trust it
 * @param source where it stands
 */
public record Figure(
    double value, Unit unit, Provenance provenance, Confidence confidence, String source) {

  /** What nobody published. */
  public static final Figure UNKNOWN =
      new Figure(Double.NaN, Unit.NONE, Provenance.CATALOGUE, Confidence.D, "unknown");

  /** Checks that the value is unknown, or finite and above 0. */
  public Figure {
    requireNonNull(unit);
    requireNonNull(provenance);
    requireNonNull(confidence);
    requireNonNull(source);
    if (!Double.isNaN(value) && !(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "A figure must be above 0, not %s (%s).%nMaybe use Figure.UNKNOWN."
              .formatted(value, source));
    }
    if (Double.isNaN(value) != (unit == Unit.NONE)) {
      throw new IllegalArgumentException(
          "A known figure needs a unit, an unknown one has none.\nMaybe use Figure.UNKNOWN.");
    }
  }

  /** Makes a figure that the operator gave. */
  public static Figure ofOperator(double value, Unit unit, String source) {
    return new Figure(value, unit, Provenance.OPERATOR, Confidence.A, source);
  }

  /** Tells whether there is a value. */
  public boolean isKnown() {
    return !Double.isNaN(value);
  }

  /** Returns the value; throws when it is unknown. */
  @Override
  public double value() {
    if (!isKnown()) {
      throw new IllegalStateException(
          "The figure is unknown.\nMaybe check isKnown() first, or override it in the pool file.");
    }
    return value;
  }

  /** Returns the value, or another number when it is unknown. */
  public double orElse(double otherwise) {
    return isKnown() ? value : otherwise;
  }

  /** Returns the value, empty when it is unknown. */
  public OptionalDouble known() {
    return isKnown() ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** Returns the n-th part, with a word on why; unknown stays unknown. */
  Figure dividedBy(int parts, String why) {
    return !isKnown() || parts == 1
        ? this
        : new Figure(value / parts, unit, provenance, confidence, source + "; " + why);
  }
}
