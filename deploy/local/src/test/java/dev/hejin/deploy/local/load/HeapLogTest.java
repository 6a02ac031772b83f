package dev.hejin.deploy.local.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapLogTest {
  @Test
  void shouldFindMostLiveAndLongest(@TempDir Path folder) throws IOException {
    // Given
    Path log = folder.resolve("gc.log");
    Files.writeString(
        log,
        """
        [0.010s][info][gc] Using Serial
        [1.234s][info][gc] GC(0) Pause Young (Allocation Failure) 300M->20M(1024M) 12.345ms
        [2.234s][info][gc] GC(1) Pause Full (Allocation Failure) 900M->200M(1024M) 99.500ms
        [3.234s][info][gc] GC(2) Pause Young (Allocation Failure) 500M->210M(1024M) 5.000ms
        """);

    // When
    HeapLog heap = HeapLog.read(log);

    // Then
    assertThat(heap).isEqualTo(new HeapLog(900, 210, 99.5));
  }
}
