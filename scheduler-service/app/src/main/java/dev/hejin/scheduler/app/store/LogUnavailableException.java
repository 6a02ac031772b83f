package dev.hejin.scheduler.app.store;

/** The event log cannot be reached or did not confirm a write in time. */
public final class LogUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  public LogUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
