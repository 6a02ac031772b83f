package dev.hejin.lab.control;

/** A policy or plan made the trial come to nothing; the message says why. */
public final class TrialFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrialFailedException(String why) {
    super(why);
  }
}
