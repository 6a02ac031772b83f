package dev.hejin.scheduler.app.port;

/** A change cannot be made now; the same request may succeed later. */
public class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnavailableException(String message) {
    super(message);
  }
}
