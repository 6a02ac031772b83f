package dev.hejin.client.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.ClientCommands;
import dev.hejin.client.Console;
import dev.hejin.client.balance.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class TrainCommandTest {
  private static final Path DEEPSEEK = Path.of("../docs/deepseek-v3-training.yaml");
  private static final Pattern PREDICTED = Pattern.compile("predicted: ([0-9,]+) device hours");

  @TempDir private Path folder = Path.of("");

  private static Run train(Path file) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(out), new PrintWriter(err));
    CommandLine line = new CommandLine(new Top());
    line.addSubcommand(new TrainCommand(console));
    int exitCode = ClientCommands.withFailures(line, console).execute("train", file.toString());
    return new Run(exitCode, out.toString(), err.toString());
  }

  private Run changed(String from, String to) throws IOException {
    String text = Files.readString(DEEPSEEK);
    assertThat(text).contains(from);
    return train(Run.file(folder, "run.yaml", text.replace(from, to)));
  }

  @Test
  void shouldPredictTheBillOfDeepSeekV3() {
    // When
    Run run = train(DEEPSEEK);

    // Then within what is published, and not above it: restarts are not in the model
    assertThat(run.exitCode()).as(run.err()).isZero();
    Matcher predicted = PREDICTED.matcher(run.out());
    assertThat(predicted.find()).isTrue();
    double hours = Double.parseDouble(predicted.group(1).replace(",", ""));
    assertThat(hours / 2.664e6).isBetween(0.9, 1.0);
    assertThat(run.out()).contains("filling and draining", "gradients", "published: 2,664,000");
  }

  @Test
  void shouldSayWhatIsWrongWithAFile() throws IOException {
    refused(changed("  ranks: 16", "  ranks: 15"), "15 ranks");
    refused(changed("  ranks: 16\n", ""), "layout.ranks is missing");
    refused(changed("  pair_ms: 32.25", "  pair_ms: soon"), "layer.pair_ms = soon");
    refused(changed("compute_share: 0.916", "compute_share: 91.6"), "compute share is 91.6");
    refused(changed("model: deepseek-v3", "model: deepsack"), "model = deepsack");
    refused(changed("system: h800_sxm", "system: abacus"), "system = abacus");
    refused(changed("usd_per_device_hour", "usd_per_hour"), "usd_per_hour");
    refused(changed("sequences: 15360, ", ""), "phases[1].sequences is missing");
    refused(train(Run.file(folder, "none.yaml", "model: deepseek-v3\n")), "phases is missing");
  }

  private static void refused(Run run, String reason) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(reason).contains("Maybe").doesNotContain("\tat ");
  }

  @Command(name = "hejin")
  private static final class Top {}
}
