package dev.hejin.scheduler.app.codec;

/** A message that cannot be understood. */
public final class InvalidMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field path of the field in the request, for example {@code spec.workload.batch_tokens}
   * @param message value and likely fix
   */
  public InvalidMessageException(String field, String message) {
    super(message);
    this.field = field;
  }

  public String field() {
    return field;
  }
}
