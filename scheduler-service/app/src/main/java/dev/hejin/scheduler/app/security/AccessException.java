package dev.hejin.scheduler.app.security;

/** A caller does not prove who they say they are; the message may be told to them. */
final class AccessException extends Exception {
  private static final long serialVersionUID = 1L;

  AccessException(String message) {
    super(message);
  }
}
