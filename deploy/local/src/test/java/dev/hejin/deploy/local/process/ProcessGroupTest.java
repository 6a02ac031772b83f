package dev.hejin.deploy.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessGroupTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void shouldReadWhatReadyProcessSays() throws InterruptedException {
    try (ProcessGroup group = new ProcessGroup(folder)) {
      ChildProcess child =
          group.start(
              "child", shell("echo hello; echo READY port=7 control=x:1; sleep 60"), Map.of());

      Map<String, String> ready = child.awaitReady(LIMIT);

      assertThat(ready).containsEntry("port", "7").containsEntry("control", "x:1");
      assertThat(group.dead()).isEmpty();
    }
  }

  @Test
  void shouldTellWhyProcessIsNotReady() {
    try (ProcessGroup group = new ProcessGroup(folder)) {
      ChildProcess child = group.start("child", shell("echo no room; exit 3"), Map.of());

      assertThatThrownBy(() -> child.awaitReady(LIMIT))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("child ended with exit code 3")
          .hasMessageContaining("no room")
          .hasMessageContaining(folder.resolve("child.log").toString());
    }
  }

  @Test
  void shouldNotTakeReadyLineOfRunBefore() throws InterruptedException {
    try (ProcessGroup group = new ProcessGroup(folder)) {
      ChildProcess first = group.start("child", shell("echo READY run=1; sleep 60"), Map.of());
      first.awaitReady(LIMIT);
      group.kill(first);

      ChildProcess second = group.start("child", shell("echo READY run=2; sleep 60"), Map.of());

      assertThat(second.awaitReady(LIMIT)).containsEntry("run", "2");
      assertThat(first.isAlive()).isFalse();
    }
  }

  @Test
  void shouldEndProcessThatDoesNotWantToEnd() throws InterruptedException {
    ProcessGroup group = new ProcessGroup(folder);
    ChildProcess child =
        group.start(
            "child", shell("trap '' TERM; echo READY; while :; do sleep 1; done"), Map.of());
    child.awaitReady(LIMIT);

    long begin = System.nanoTime();
    group.close();

    assertThat(child.isAlive()).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(7));
  }

  @Test
  void shouldEndChildrenWhenParentIsTerminated() throws Exception {
    // Given
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("parent.out").toFile())
            .start();
    ProcessHandle child = await(folder.resolve("child.pid"));

    // When
    parent.destroy();

    // Then
    assertThat(parent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(child.onExit().completeOnTimeout(child, 5, TimeUnit.SECONDS).get().isAlive())
        .isFalse();
  }

  private static ProcessHandle await(Path pidFile) throws IOException, InterruptedException {
    for (int i = 0; i < 400; i++) {
      String pid = Files.exists(pidFile) ? Files.readString(pidFile).strip() : "";
      Optional<ProcessHandle> handle =
          pid.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid));
      if (handle.isPresent()) {
        return handle.get();
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no child process in " + pidFile);
  }

  private static List<String> shell(String script) {
    return List.of("/bin/sh", "-c", script);
  }

  /** A program with one child that would run for a minute. */
  static final class Parent {
    private Parent() {}

    /** Starts the child and waits for ever. */
    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      ProcessGroup group = new ProcessGroup(folder);
      ChildProcess child = group.start("child", shell("echo READY; exec sleep 60"), Map.of());
      child.awaitReady(LIMIT);
      Path pid = Files.writeString(folder.resolve("pid"), String.valueOf(child.pid()));
      Files.move(pid, folder.resolve("child.pid"));
      Thread.sleep(Duration.ofMinutes(1));
    }
  }
}
