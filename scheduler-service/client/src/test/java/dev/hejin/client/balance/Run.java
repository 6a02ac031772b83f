package dev.hejin.client.balance;

import dev.hejin.client.ClientCommands;
import dev.hejin.client.Console;
import dev.hejin.client.export.ExportCommand;
import dev.hejin.client.importer.ImportCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** One call of the command line and what it printed. */
public record Run(int exitCode, String out, String err) {
  /** Runs {@code balance}, {@code export} or {@code import} with arguments. */
  public static Run of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(out), new PrintWriter(err));
    CommandLine line = new CommandLine(new Top());
    line.addSubcommand(new BalanceCommand(console));
    line.addSubcommand(new ExportCommand(console));
    line.addSubcommand(new ImportCommand(console));
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int exitCode = ClientCommands.withFailures(line, console).execute(texts);
    return new Run(exitCode, out.toString(), err.toString());
  }

  /** A file with a text. */
  public static Path file(Path folder, String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Command(name = "hejin")
  private static final class Top {}
}
