package dev.hejin.agent.app.probe.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts a text into outputs and the commands that printed them, as terminals and collecting scripts
 * write them: {@code $ npu-smi info}, {@code # $ nvidia-smi -q}, {@code [root@host ~]# mx-smi}, or
 * a line with the command's path.
 */
public final class Transcript {
  private static final Set<String> TOOLS =
      Set.of(
          "nvidia-smi",
          "npu-smi",
          "cnmon",
          "hy-smi",
          "rocm-smi",
          "mthreads-gmi",
          "mx-smi",
          "ht-smi",
          "efsmi",
          "xpu-smi",
          "xpu_smi",
          "ixsmi",
          "ppu-smi",
          "brsmi",
          "dlsmi",
          "rocminfo",
          "lspci");

  private static final Pattern HEADING =
      Pattern.compile(
          "(?:(?:#+ *)?\\$ +|\\[?[\\w.-]+@[^#$|]{0,80}[#$] *|(?=/))(?:/[\\w./-]+/)?([a-z_-]+)( .*|)");
  private static final Pattern OTHER = Pattern.compile("/(?:[\\w.-]+/)+[\\w.-]+( -.*|)");
  private static final Pattern RULE = Pattern.compile("#{8,}|# [a-z]+ :: .*");

  private Transcript() {}

  /**
   * One output.
   *
   * @param command that printed it; empty when the text does not tell
   */
  public record Part(String command, String text) {
    /** Tells whether this is the answer to a command, whatever the order of its options. */
    public boolean answers(String asked) {
      return words(command).equals(words(asked));
    }

    /** The columns of a query do not matter: they are read by name. */
    private static List<String> words(String command) {
      List<String> words = new ArrayList<>();
      for (String word : command.strip().split("\\s+")) {
        String plain = word.replaceFirst("^(--(?:query-gpu|format))=.*", "$1");
        if (!plain.equals("--format")) {
          words.add(plain);
        }
      }
      return words.stream().sorted().toList();
    }
  }

  /** The outputs of the text in order; one without command when it names none. */
  public static List<Part> parts(String raw) {
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String command = "";
    int start = 0;
    while (start < raw.length()) {
      int end = raw.indexOf('\n', start);
      String line = raw.substring(start, end < 0 ? raw.length() : end + 1);
      start += line.length();
      Matcher heading = HEADING.matcher(line.strip());
      if (heading.matches() && TOOLS.contains(heading.group(1))) {
        end(parts, command, text);
        command = (heading.group(1) + heading.group(2)).strip();
      } else if (!command.isEmpty() && OTHER.matcher(line.strip()).matches()) {
        // The output of a tool that no probe asks.
        end(parts, command, text);
        command = "";
      } else if (command.isEmpty() || !RULE.matcher(line.strip()).matches()) {
        text.append(line);
      }
    }
    end(parts, command, text);
    boolean named = parts.stream().anyMatch(part -> !part.command().isEmpty());
    return named
        ? parts.stream().filter(part -> !part.command().isEmpty()).toList()
        : List.copyOf(parts);
  }

  private static void end(List<Part> parts, String command, StringBuilder text) {
    if (!command.isEmpty() || !text.toString().isBlank()) {
      parts.add(new Part(command, text.toString()));
    }
    text.setLength(0);
  }

  /** The command that a file is named after, such as {@code npu-smi_info.txt}; empty for none. */
  public static String commandOf(String fileName) {
    String stem = fileName.replaceFirst("\\.[a-z]{2,4}$", "");
    for (String tool : TOOLS) {
      if (stem.equals(tool) || stem.startsWith(tool + "_")) {
        return (tool + stem.substring(tool.length()).replace('_', ' ')).strip();
      }
    }
    return "";
  }
}
