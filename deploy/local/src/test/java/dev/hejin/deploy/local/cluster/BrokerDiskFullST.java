package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hejin.deploy.local.truth.TruthWatcher;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The broker's disk is full, then has room again. Skipped where no small file system may be
 * mounted.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerDiskFullST {
  private static final String NAME = "full";
  private static final double TIME_SCALE = 20;

  private final SystemCluster cluster = new SystemCluster("broker-disk-full", TIME_SCALE);
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);
  private final Path disk = cluster.folder().resolve("broker");
  private boolean mounted;

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  @BeforeAll
  void start() throws IOException, InterruptedException {
    Files.createDirectories(disk);
    mounted = run("mount", "-t", "tmpfs", "-o", "size=96m", "hejin", disk.toString()) == 0;
    assumeTrue(mounted, "no tmpfs may be mounted here: the disk cannot be made full");
    cluster.start();
  }

  @AfterAll
  void close() throws IOException, InterruptedException {
    cluster.close();
    if (mounted) {
      assertThat(run("umount", "-l", disk.toString())).isZero();
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] zeros = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(zeros);
      }
    } catch (IOException e) {
      // There is no room left: as wanted.
      assertThat(e).hasMessageContaining("No space");
    }
  }

  @Test
  void shouldRefuseChangesWhileTheDiskIsFullAndLoseNothing()
      throws IOException, InterruptedException {
    // Given
    deployment.serving();
    CommittedEvents before = CommittedEvents.of(cluster);
    Path filler = disk.resolve("filler");
    try (TruthWatcher watcher = deployment.watch()) {

      // When
      fill(filler);

      // Then what is served goes on, and a change is refused or done, never half of it
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 50; i++) {
                  cluster.drain("ascend-0", "x".repeat(200_000));
                  cluster.undrain("ascend-0");
                }
              })
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(deployment.get().getSpec().getName()).isEqualTo(NAME);
      Files.delete(filler);
      cluster.killBroker();
      cluster.startBroker();
      Await.until(
          "changes are taken again",
          SystemDeployment.LIMIT,
          () -> {
            try {
              cluster.undrain("ascend-0");
              return true;
            } catch (StatusRuntimeException e) {
              return false;
            }
          });
      deployment.awaitServing();
      SystemDeployment.assertNeverUnserved(watcher);
      assertThat(watcher.whole().violations()).isEmpty();
    }
    CommittedEvents.of(cluster).assertContinues(before, NAME);
  }
}
