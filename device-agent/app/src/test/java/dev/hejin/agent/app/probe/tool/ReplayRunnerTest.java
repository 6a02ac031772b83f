package dev.hejin.agent.app.probe.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayRunnerTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void shouldPlayOutputsExitCodesAndHangs() throws IOException {
    // Given
    Files.writeString(folder.resolve("a.txt"), "$ tool --query=* -x\nline\n");
    Files.writeString(folder.resolve("b.txt"), "$ tool\n#exit 9\nno driver\n");
    Files.writeString(folder.resolve("c.txt"), "$ slow\n#hang\nhalf");
    Files.writeString(folder.resolve("README"), "not a recording");

    // When
    ReplayRunner runner = new ReplayRunner(folder);

    // Then
    assertThat(runner.run(ToolCommand.of("tool", "--query=a,b", "-x")))
        .isEqualTo(ToolOutput.printed("line\n"));
    assertThat(runner.run(ToolCommand.of("tool")))
        .isEqualTo(new ToolOutput(ToolOutput.End.EXITED, 9, "no driver\n", ""));
    assertThat(runner.run(ToolCommand.of("slow")).end()).isEqualTo(ToolOutput.End.HUNG);
    assertThat(runner.run(ToolCommand.of("tool", "other")).exitCode()).isEqualTo(2);
    assertThat(runner.run(ToolCommand.of("toolbox"))).isEqualTo(ToolOutput.missing());
  }

  @Test
  void shouldRefuseAFolderWithoutRecordings() {
    assertThatThrownBy(() -> new ReplayRunner(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names the command")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> new ReplayRunner(folder.resolve("gone")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no folder");
  }

  @Test
  void shouldNameTheFileWhoseExitCodeIsNone() throws IOException {
    // Given
    Files.writeString(folder.resolve("a.txt"), "$ tool\n#exit many\n");

    // Then
    assertThatThrownBy(() -> new ReplayRunner(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.txt");
  }
}
