package dev.hejin.agent.probe.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads lines of "key : value" under headings that indentation nests. */
public final class IndentedText {
  private static final Pattern LINE = Pattern.compile("(\\s*)(\\S.*?)\\s*:(?:\\s+(.*))?");
  private static final Pattern OPEN_NUMBER = Pattern.compile(".*\\d[.]?");
  private static final int TAB = 8;

  private IndentedText() {}

  /**
   * One line.
   *
   * @param path headings above it, outermost first, joined by "/"; then the key
   * @param key alone
   * @param value empty for a heading
   */
  public record Line(String path, String key, String value) {}

  private record Heading(int indent, String name) {}

  /** All lines that say something. */
  public static List<Line> read(String raw) {
    ToolText text = ToolText.of(raw);
    List<Line> lines = new ArrayList<>();
    Deque<Heading> open = new ArrayDeque<>();
    for (int i = 0; i < text.lines().size(); i++) {
      String line = text.lines().get(i).stripTrailing();
      if (line.isBlank()) {
        continue;
      }
      Matcher match = LINE.matcher(line);
      boolean pair = match.matches();
      int indent = indent(line);
      while (!open.isEmpty() && open.getLast().indent() >= indent) {
        open.removeLast();
      }
      String key = pair ? match.group(2) : line.strip();
      String value = pair && match.group(3) != null ? match.group(3).strip() : "";
      if (text.isCut(i) && OPEN_NUMBER.matcher(value).matches()) {
        value = "";
      }
      StringBuilder path = new StringBuilder();
      open.forEach(heading -> path.append(heading.name()).append('/'));
      lines.add(new Line(path + key, key, value));
      if (value.isEmpty()) {
        open.addLast(new Heading(indent, key));
      }
    }
    return lines;
  }

  private static int indent(String line) {
    int width = 0;
    for (char letter : line.toCharArray()) {
      if (letter == '\t') {
        width += TAB;
      } else if (letter == ' ') {
        width++;
      } else {
        return width;
      }
    }
    return width;
  }
}
