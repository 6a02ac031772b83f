package dev.hejin.scheduler.app.runtime;

/** A change cannot be made now; the same request may succeed later. */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnavailableException(String message) {
    super(message);
  }
}
