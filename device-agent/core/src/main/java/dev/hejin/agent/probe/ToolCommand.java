package dev.hejin.agent.probe;

import java.util.List;

/**
 * A tool to run.
 *
 * @param words the tool and its arguments
 * @param resultFile file that the tool writes into its working directory instead of printing; empty
 *     when it prints
 */
public record ToolCommand(List<String> words, String resultFile) {
  public ToolCommand {
    words = List.copyOf(words);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("words is empty\nMaybe name the tool first");
    }
  }

  /** A tool that prints. */
  public static ToolCommand of(String... words) {
    return new ToolCommand(List.of(words), "");
  }

  /** As one would type it. */
  public String line() {
    return String.join(" ", words);
  }
}
