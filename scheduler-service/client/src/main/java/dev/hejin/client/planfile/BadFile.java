package dev.hejin.client.planfile;

import dev.hejin.client.CommandFailure;
import dev.hejin.scheduler.balance.InvalidProblemException;
import java.nio.file.Path;

/** Failures that name file, field, value, reason and likely fix. */
public final class BadFile {
  private static final int MAX_VALUE = 80;

  private BadFile() {}

  /** A field of a file with a value that cannot be used. */
  public static CommandFailure field(
      Path file, String field, Object value, String reason, String fix) {
    String text = String.valueOf(value);
    if (text.length() > MAX_VALUE) {
      text = text.substring(0, MAX_VALUE) + "..";
    }
    return whole(file, field + " = " + text + ": " + reason, fix);
  }

  /** A file that cannot be used at all. */
  public static CommandFailure whole(Path file, String reason, String fix) {
    return CommandFailure.usage(file + ": " + reason + ".\nMaybe " + fix + ".");
  }

  /** An option that cannot be used. */
  public static CommandFailure option(String name, Object value, String reason, String fix) {
    return CommandFailure.usage(name + " = " + value + ": " + reason + ".\nMaybe " + fix + ".");
  }

  /** A file whose contents are no problem that can be solved. */
  public static CommandFailure of(Path file, InvalidProblemException e) {
    return CommandFailure.usage(file + ": " + e.getMessage());
  }
}
