package dev.hejin.agent.app.probe.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolOutput;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessRunnerTest {
  private final ProcessRunner runner = new ProcessRunner(Duration.ofSeconds(5));

  @Test
  void shouldReadBothStreamsAndTheExitCode() {
    // When
    ToolOutput output =
        runner.run(ToolCommand.of("sh", "-c", "echo shown; echo $LC_ALL; echo noise >&2; exit 9"));

    // Then
    assertThat(output)
        .isEqualTo(new ToolOutput(ToolOutput.End.EXITED, 9, "shown\nC.UTF-8\n", "noise\n"));
  }

  @Test
  void shouldStopAToolThatHangsAndKeepWhatItPrinted() {
    // Given
    ProcessRunner impatient = new ProcessRunner(Duration.ofMillis(300));
    long start = System.nanoTime();

    // When
    ToolOutput output = impatient.run(ToolCommand.of("sh", "-c", "echo half; sleep 60 & wait"));

    // Then
    assertThat(output.end()).isEqualTo(ToolOutput.End.HUNG);
    assertThat(output.text()).isEqualTo("half\n");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void shouldTakeTheFileThatAToolWritesInsteadOfPrinting() {
    // When
    ToolOutput output =
        runner.run(
            new ToolCommand(List.of("sh", "-c", "echo chatter; echo '{}' > out.json"), "out.json"));

    // Then
    assertThat(output.text()).isEqualTo("{}\n");
  }

  @Test
  void shouldTellThatThereIsNoSuchTool() {
    // When
    ToolOutput output = runner.run(ToolCommand.of("no-such-tool-of-any-vendor"));

    // Then
    assertThat(output).isEqualTo(ToolOutput.missing());
  }
}
