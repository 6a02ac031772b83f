package dev.hejin.agent.probe.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The lines of an output, without terminal codes.
 *
 * @param endsCut true when the last line has no end: it may be incomplete
 */
public record ToolText(List<String> lines, boolean endsCut) {
  private static final Pattern TERMINAL_CODES =
      Pattern.compile(
          "\u001B\\[[0-?]*[ -/]*[@-~]|\u001B\\][^\u0007\u001B]*(?:\u0007|\u001B\\\\)?|\u001B.?");
  private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x08\\x0B-\\x1F\\x7F\uFEFF]");

  public ToolText {
    lines = List.copyOf(lines);
  }

  /** Cleans a text. */
  public static ToolText of(String raw) {
    String plain = TERMINAL_CODES.matcher(raw.replace("\r\n", "\n")).replaceAll("");
    String clean = CONTROLS.matcher(plain.replace('\r', '\n')).replaceAll("");
    List<String> lines = new ArrayList<>(List.of(clean.split("\n", -1)));
    boolean cut = !lines.getLast().isEmpty();
    if (!cut) {
      lines.removeLast();
    }
    return new ToolText(lines, cut);
  }

  /** The text again, clean; without end of line where it had none. */
  public String joined() {
    return String.join("\n", lines) + (endsCut || lines.isEmpty() ? "" : "\n");
  }

  /** Tells whether this is the last line and has no end. */
  boolean isCut(int line) {
    return endsCut && line == lines.size() - 1;
  }
}
