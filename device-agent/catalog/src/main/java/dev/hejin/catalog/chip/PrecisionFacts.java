package dev.hejin.catalog.chip;

import static java.util.Objects.requireNonNull;

/**
 * Whether a device computes in a precision, and how fast.
 *
 * @param support whether it does
 * @param peakOperationsPerSecond the dense rate; known only where supported
 */
public record PrecisionFacts(Support support, Figure peakOperationsPerSecond) {

  /** Nothing is published. */
  public static final PrecisionFacts UNKNOWN = new PrecisionFacts(Support.UNKNOWN, Figure.UNKNOWN);

  /** The device cannot. */
  public static final PrecisionFacts UNSUPPORTED = new PrecisionFacts(Support.NO, Figure.UNKNOWN);

  /** Three answers: what is unknown must not be used, nor be called impossible. */
  public enum Support {
    /** Supported. */
    YES,
    /** Not supported. */
    NO,
    /** Not published. */
    UNKNOWN
  }

  /** Checks that a rate comes only with support. */
  public PrecisionFacts {
    requireNonNull(support);
    requireNonNull(peakOperationsPerSecond);
    if (peakOperationsPerSecond.isKnown() && support != Support.YES) {
      throw new IllegalArgumentException(
          "A rate of %s needs support YES, not %s.\nMaybe remove the rate."
              .formatted(peakOperationsPerSecond.value(), support));
    }
  }
}
