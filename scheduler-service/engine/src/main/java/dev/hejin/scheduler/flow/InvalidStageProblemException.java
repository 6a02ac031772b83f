package dev.hejin.scheduler.flow;

import java.io.Serial;

/** A placement problem that has no meaning or no solution: field, value, and the likely fix. */
public final class InvalidStageProblemException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  /** A problem with the value of a field, and what the caller may do about it. */
  public InvalidStageProblemException(String field, Object value, String reason, String fix) {
    super(field + " = " + value + ": " + reason + ".\nMaybe " + fix + ".");
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
