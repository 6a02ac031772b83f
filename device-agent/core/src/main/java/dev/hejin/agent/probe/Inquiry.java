package dev.hejin.agent.probe;

import dev.hejin.agent.probe.text.ToolText;
import java.util.List;

/** One round of questions to a vendor's tools: runs them, notes what goes wrong. */
public final class Inquiry {
  private static final int MOST_WORDS_OF_A_TOOL = 160;

  private final ToolRunner runner;
  private final Readings readings = new Readings();
  private String source = "";

  public Inquiry(ToolRunner runner) {
    this.runner = runner;
  }

  public Readings readings() {
    return readings;
  }

  /** Runs a tool; what it prints, whatever its exit code. Empty when it is not there. */
  public String ask(String... words) {
    return ask(new ToolCommand(List.of(words), ""));
  }

  /** Runs a tool; what it prints, whatever its exit code. Empty when it is not there. */
  public String ask(ToolCommand command) {
    ToolOutput output = run(command);
    boolean there = output.end() != ToolOutput.End.MISSING;
    if (there && source.isEmpty()) {
      source = command.words().getFirst();
    }
    switch (output.end()) {
      case MISSING -> {}
      case HUNG -> readings.problem(command.line() + ": did not end in time and was stopped");
      case UNSTARTABLE -> readings.problem(command.line() + ": " + said(output));
      case EXITED -> {
        if (output.exitCode() != 0) {
          readings.problem(
              "%s: exit code %d: %s".formatted(command.line(), output.exitCode(), said(output)));
        }
      }
    }
    return clean(output);
  }

  /** Like {@link #ask}, for what an older tool may not know: its refusal is no problem. */
  public String tryAsking(String... words) {
    ToolOutput output = run(ToolCommand.of(words));
    return output.end() == ToolOutput.End.EXITED && output.exitCode() == 0 ? clean(output) : "";
  }

  /**
   * Like {@link #tryAsking}, but the tool counts as asked: the caller asks it in another way next.
   */
  public String askQuietly(String... words) {
    return askQuietly(ToolCommand.of(words));
  }

  /**
   * Like {@link #tryAsking}, but the tool counts as asked: the caller asks it in another way next.
   */
  public String askQuietly(ToolCommand command) {
    ToolOutput output = run(command);
    String tool = command.words().getFirst();
    if (output.end() == ToolOutput.End.HUNG) {
      readings.problem(command.line() + ": did not end in time and was stopped");
    }
    if (output.end() != ToolOutput.End.MISSING && source.isEmpty()) {
      source = tool;
    }
    return output.exitCode() == 0 ? clean(output) : "";
  }

  /** Tells whether any tool answered so far. */
  public boolean answered() {
    return !source.isEmpty();
  }

  /** A tool that ran and showed no device is a problem; so the operator learns why. */
  public Inventory finish(String vendor, String lastOutput) {
    if (readings.isEmpty() && answered()) {
      String line = firstLine(lastOutput);
      readings.problem(source + ": shows no device" + (line.isEmpty() ? "" : "; it says: " + line));
    }
    return readings.inventory(vendor, source);
  }

  private ToolOutput run(ToolCommand command) {
    readings.from(command.line());
    return runner.run(command);
  }

  private static String clean(ToolOutput output) {
    return ToolText.of(output.text()).joined();
  }

  private static String said(ToolOutput output) {
    String errors = firstLine(output.errors());
    return errors.isEmpty() ? firstLine(output.text()) : errors;
  }

  private static String firstLine(String text) {
    return ToolText.of(text).lines().stream()
        .map(String::strip)
        .filter(line -> line.chars().anyMatch(Character::isLetter))
        .findFirst()
        .map(line -> line.substring(0, Math.min(MOST_WORDS_OF_A_TOOL, line.length())))
        .orElse("");
  }
}
