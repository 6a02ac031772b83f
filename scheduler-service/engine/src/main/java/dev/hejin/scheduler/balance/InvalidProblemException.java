package dev.hejin.scheduler.balance;

import java.io.Serial;

/** A balancing problem that has no meaning or no solution: field, value, and the likely fix. */
public final class InvalidProblemException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  /** A problem with the value of a field, and what the caller may do about it. */
  public InvalidProblemException(String field, String value, String reason, String fix) {
    super(field + " = " + value + ": " + reason + ".\nMaybe " + fix + ".");
  }
}
