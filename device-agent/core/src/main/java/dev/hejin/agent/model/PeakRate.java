package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Dense peak rate at one supported precision.
 *
 * @param opsPerSecond a multiply-add counts two; null when unknown
 */
public record PeakRate(Precision precision, @Nullable Figure opsPerSecond) {
  public PeakRate {
    requireNonNull(precision, "precision");
  }
}
