package dev.hejin.scheduler.bias;

import java.io.Serial;

/** Loads or settings that a controller cannot use: field, value and likely fix. */
public final class InvalidBiasException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private final String field;

  InvalidBiasException(String field, String value, String reason) {
    super(
        field
            + " = "
            + value
            + ": "
            + reason
            + "\nMaybe the loads are of another model, or summed over no tokens.");
    this.field = field;
  }

  /** The field that is wrong, such as {@code loads[3][17]}. */
  public String field() {
    return field;
  }
}
