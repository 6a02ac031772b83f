package dev.hejin.agent.probe;

import static java.util.Objects.requireNonNull;

/**
 * What came of running a tool.
 *
 * @param exitCode meaningful when it ended by itself
 * @param text what it printed, as far as it came
 * @param errors what it printed to standard error
 */
public record ToolOutput(End end, int exitCode, String text, String errors) {
  /** How it ended. */
  public enum End {
    /** By itself. */
    EXITED,
    /** There is no such tool. */
    MISSING,
    /** It did not end in time and was killed. */
    HUNG,
    /** It could not be started. */
    UNSTARTABLE
  }

  public ToolOutput {
    requireNonNull(end, "end");
    requireNonNull(text, "text");
    requireNonNull(errors, "errors");
  }

  /** Output of a tool that is not there. */
  public static ToolOutput missing() {
    return new ToolOutput(End.MISSING, -1, "", "");
  }

  /** Output of a tool that ended well. */
  public static ToolOutput printed(String text) {
    return new ToolOutput(End.EXITED, 0, text, "");
  }
}
