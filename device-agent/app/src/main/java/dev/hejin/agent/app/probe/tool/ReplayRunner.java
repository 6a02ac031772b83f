package dev.hejin.agent.app.probe.tool;

import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolOutput;
import dev.hejin.agent.probe.ToolRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Plays recorded outputs in place of tools. Each file of the folder is one: its first line is
 * {@code $} and the command, in which {@code *} stands for any text; a second line may be {@code
 * #exit N} or {@code #hang}; the rest is what the tool printed. A file without such a line counts
 * when its name is the command, with {@code _} for blanks ({@code npu-smi_info.txt}), or when it is
 * a {@link Transcript}. A command that no file names is a tool that is not there. Files that change
 * are read again, so that devices can come and go; while they cannot be read, what was read last
 * counts.
 */
public final class ReplayRunner implements ToolRunner {
  private static final String COMMAND = "$ ";
  private static final String EXIT = "#exit ";
  private static final String HANG = "#hang";

  private static final Logger LOG = Logger.getLogger(ReplayRunner.class);

  private final Path folder;
  private volatile Played played;

  /** What was read, and what the files looked like then. */
  private record Played(List<String> files, List<Recording> recordings) {}

  private record Recording(String tool, Predicate<String> answers, ToolOutput output) {}

  /**
   * Reads all recordings.
   *
   * @throws IllegalArgumentException when there are none, or one cannot be read as such
   */
  public ReplayRunner(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "--replay is "
              + folder
              + ", which is no folder\nMaybe name the folder of the recordings");
    }
    this.folder = folder;
    try {
      this.played = read(state());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
  }

  /** Name, size and time of every file. */
  private List<String> state() throws IOException {
    List<String> state = new ArrayList<>();
    for (Path file : files()) {
      state.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
    }
    return state;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Played read(List<String> state) throws IOException {
    List<Recording> found = new ArrayList<>();
    for (Path file : files()) {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      if (text.startsWith(COMMAND)) {
        found.add(recording(file, text));
      } else {
        found.addAll(plain(file, text));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no file in "
              + folder
              + " names the command that printed it\nMaybe begin each with \"$ \" and the command,"
              + " or read plain outputs with probe --tool-output");
    }
    return new Played(state, List.copyOf(found));
  }

  private List<Recording> recordings() {
    try {
      List<String> state = state();
      if (!state.equals(played.files())) {
        played = read(state);
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      LOG.warnf("%s cannot be read again: %s", folder, e.getMessage());
    }
    return played.recordings();
  }

  /** A file named after its command, or a text with the commands between their outputs. */
  private static List<Recording> plain(Path file, String text) {
    String named = Transcript.commandOf(String.valueOf(file.getFileName()));
    return Transcript.parts(text).stream()
        .map(part -> part.command().isEmpty() ? new Transcript.Part(named, text) : part)
        .filter(part -> !part.command().isEmpty())
        .map(
            part ->
                new Recording(
                    part.command().split("\\s", 2)[0],
                    part::answers,
                    ToolOutput.printed(part.text())))
        .toList();
  }

  private static Recording recording(Path file, String text) {
    String[] head = text.split("\n", 2);
    String command = head[0].substring(COMMAND.length()).strip();
    String body = head.length > 1 ? head[1] : "";
    ToolOutput.End end = ToolOutput.End.EXITED;
    int exit = 0;
    if (body.startsWith(EXIT) || body.startsWith(HANG)) {
      String[] rest = body.split("\n", 2);
      body = rest.length > 1 ? rest[1] : "";
      if (rest[0].startsWith(HANG)) {
        end = ToolOutput.End.HUNG;
      } else {
        exit = exitCode(file, rest[0].substring(EXIT.length()).strip());
      }
    }
    String pattern =
        Stream.of(command.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return new Recording(
        command.split("\\s", 2)[0],
        Pattern.compile(pattern).asMatchPredicate(),
        new ToolOutput(end, exit, body, ""));
  }

  private static int exitCode(Path file, String text) {
    if (!text.matches("\\d{1,3}")) {
      throw new IllegalArgumentException(
          file + ": exit code is \"" + text + "\"\nMaybe write #exit and a number of 0 to 255");
    }
    return Integer.parseInt(text);
  }

  @Override
  public ToolOutput run(ToolCommand command) {
    List<Recording> recordings = recordings();
    return recordings.stream()
        .filter(recording -> recording.answers().test(command.line()))
        .map(Recording::output)
        .findFirst()
        .orElseGet(() -> unknown(command, recordings));
  }

  /** A tool of which other commands are recorded is there; it does not know this one. */
  private static ToolOutput unknown(ToolCommand command, List<Recording> recordings) {
    String tool = command.words().getFirst();
    boolean there = recordings.stream().anyMatch(recording -> recording.tool().equals(tool));
    return there
        ? new ToolOutput(ToolOutput.End.EXITED, 2, "", "not recorded: " + command.line())
        : ToolOutput.missing();
  }
}
