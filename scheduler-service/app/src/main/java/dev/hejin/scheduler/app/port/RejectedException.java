package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.lifecycle.Decision;

/** A change was refused; asking again without a difference is of no use. */
public final class RejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Decision.Kind kind;
  private final String field;

  public RejectedException(Decision.Kind kind, String field, String message) {
    super(message);
    this.kind = kind;
    this.field = field;
  }

  public Decision.Kind kind() {
    return kind;
  }

  /** Field of the request; empty when none is to blame. */
  public String field() {
    return field;
  }
}
