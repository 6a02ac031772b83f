package dev.hejin.client;

/** A command that could not be done, with what to tell and the exit code. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The scheduler, or a check before it, says no. */
  public static final int REFUSED = 1;

  /** The command line or a file that it names is wrong. */
  public static final int USAGE = 2;

  /** No scheduler answers. */
  public static final int UNREACHABLE = 3;

  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public static CommandFailure refused(String message) {
    return new CommandFailure(REFUSED, message);
  }

  public static CommandFailure usage(String message) {
    return new CommandFailure(USAGE, message);
  }

  public static CommandFailure unreachable(String message) {
    return new CommandFailure(UNREACHABLE, message);
  }

  public int exitCode() {
    return exitCode;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
