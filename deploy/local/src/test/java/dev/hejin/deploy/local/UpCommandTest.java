package dev.hejin.deploy.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.Console;
import dev.hejin.deploy.local.process.Installation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path home;

  @Test
  void shouldReadEverythingBeforeItStarts() {
    RunPlan plan = RunPlan.read(new UpOptions());

    assertThat(plan.pool().devices()).hasSize(48);
    assertThat(plan.model().name()).isEqualTo("deepseek-v3");
    assertThat(plan.victims()).containsExactly("mthreads-0");
    assertThat(plan.spec().getExpertLoad().getLayersCount()).isEqualTo(61);
    assertThat(plan.spec().getWorkload().getBatchTokens())
        .isEqualTo(plan.scenario().traffic().batchTokens());
  }

  @Test
  void shouldRefuseWrongArguments() {
    assertThat(up("--pool", "none")).isEqualTo(2);
    assertThat(up("--scenario", "none")).isEqualTo(2);
    assertThat(up("--model", "none")).isEqualTo(2);
    assertThat(up("--deployment", "./none.yaml")).isEqualTo(2);
    assertThat(up("--expert-load", "none.json")).isEqualTo(2);
    assertThat(up("--fast-load", "0")).isEqualTo(2);
    assertThat(up("--port", "70000")).isEqualTo(2);
    assertThat(up("--pool", "one-straggler", "--scenario", "default")).isEqualTo(2);
    assertThat(up("--bad")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("--fast-load is 0.0", "--port is 70000", "mthreads-0");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void shouldSayWhatIsNotBuiltAndWhereLogsAre() {
    int code = up("--once");

    assertThat(code).isEqualTo(2);
    assertThat(out.toString()).contains("SIMULATED", "20 times faster");
    assertThat(err.toString())
        .contains("Maybe run ./hejin build", home.resolve(".hejin/up/1/logs").toString());
  }

  @Test
  void shouldNotUseFolderWithOtherFiles() throws IOException {
    Files.createFile(home.resolve("something"));

    assertThat(up("--data", home.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is not empty");
  }

  private int up(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "up";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return HejinCommand.line(
            new Console(new PrintWriter(out, true), new PrintWriter(err, true)),
            new Installation(home, Path.of("java")))
        .execute(all);
  }
}
