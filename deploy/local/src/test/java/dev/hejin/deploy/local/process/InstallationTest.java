package dev.hejin.deploy.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path home;

  @Test
  void shouldTellEveryChildOurProcessId() throws IOException {
    Installation installation = new Installation(home, Path.of("java"));
    jar("scheduler-service/app/target/quarkus-app/quarkus-run.jar");
    jar("device-agent/app/target/quarkus-app/quarkus-run.jar");
    jar("deploy/broker/target/broker.jar");
    String pid = String.valueOf(ProcessHandle.current().pid());

    assertThat(installation.scheduler(1, 2, List.of("a=b")))
        .contains("-Dhejin.parent-pid=" + pid, "-Dquarkus.grpc.server.port=1", "-Da=b");
    assertThat(installation.agent(List.of("fleet"))).containsSequence("--parent-pid", pid);
    assertThat(installation.broker(home)).containsSequence("--parent-pid", pid);
  }

  @Test
  void shouldSayWhatIsNotBuilt() {
    Installation installation = new Installation(home, Path.of("java"));

    assertThatThrownBy(() -> installation.agent(List.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("does not exist\nMaybe run ./hejin build");
    assertThatThrownBy(() -> installation.broker(home)).isInstanceOf(StartFailure.class);
  }

  private void jar(String path) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }
}
