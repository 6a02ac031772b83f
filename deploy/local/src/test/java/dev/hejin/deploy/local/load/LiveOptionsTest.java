package dev.hejin.deploy.local.load;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.client.CommandFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class LiveOptionsTest {
  @Command(name = "live")
  private static final class Options {
    @Mixin private final LiveOptions live = new LiveOptions();
  }

  private static LiveOptions parsed(String... arguments) {
    Options options = new Options();
    var unused = new CommandLine(options).parseArgs(arguments);
    return options.live;
  }

  @Test
  void shouldRefuseAReportWithoutAFolderBeforeAnythingIsMeasured(@TempDir Path folder) {
    // Given
    LiveOptions good = parsed("-o", folder.resolve("live.html").toString());
    LiveOptions bad = parsed("-o", folder.resolve("none").resolve("live.html").toString());

    // When / Then
    assertThatCode(good::check).doesNotThrowAnyException();
    assertThatThrownBy(bad::check)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--output = ")
        .hasMessageContaining("there is no such folder")
        .hasMessageContaining("Maybe");
  }
}
