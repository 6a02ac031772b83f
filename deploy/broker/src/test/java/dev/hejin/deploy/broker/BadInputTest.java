package dev.hejin.deploy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
  private static final long NO_MINIMUM = 0;

  private final Path scratch;

  BadInputTest(@TempDir Path scratch) {
    this.scratch = scratch;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--port 9092",
        "--data",
        "--data x --port",
        "--data x --port -1",
        "--data x --port 65536",
        "--data x --port many",
        "--data x --parent-pid 1.5",
        "--data x --security",
        "--data x --verbose"
      })
  void shouldRefuseOptions(String line) {
    // When
    List<String> arguments = line.isEmpty() ? List.of() : List.of(line.split(" "));

    // Then
    assertThatThrownBy(() -> BrokerOptions.parse(arguments))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("Maybe ");
  }

  @Test
  void shouldTakeOptions() throws Exception {
    // When
    BrokerOptions options =
        BrokerOptions.parse(List.of("--data", "/a/../b", "--port", "9092", "--parent-pid", "7"));

    // Then
    assertThat(options.data()).isEqualTo(Path.of("/b"));
    assertThat(options.port()).isEqualTo(9092);
    assertThat(options.parentPid()).hasValue(7);
  }

  @Test
  void shouldReadScramUsersAndLoginOfTheBroker() throws Exception {
    // Given
    Path file =
        Files.writeString(
            scratch.resolve("security.properties"),
            """
            security.protocol=SASL_PLAINTEXT
            scram-sha-512.sasl.jaas.config=login
            scram.users=SCRAM-SHA-512=[name=a,password=1] ; SCRAM-SHA-512=[name=b,password=2]
            """);

    // When
    ListenerSecurity security = ListenerSecurity.read(Optional.of(file));

    // Then
    assertThat(security.scramUsers())
        .containsExactly("SCRAM-SHA-512=[name=a,password=1]", "SCRAM-SHA-512=[name=b,password=2]");
    assertThat(BrokerSettings.of(scratch, 1, 2, security))
        .containsEntry("listener.name.clients.scram-sha-512.sasl.jaas.config", "login");
  }

  @ParameterizedTest
  @CsvSource({
    "security.protocol=TLS, security.protocol is TLS",
    "ssl.client.auth=required, security.protocol is null",
    "log.dirs=x, log.dirs is none of",
    "gssapi.sasl.jaas.config=x, gssapi.sasl.jaas.config is none of",
  })
  void shouldRefuseSecurity(String line, String complaint) throws Exception {
    // When
    Path file = Files.writeString(scratch.resolve("security.properties"), line);

    // Then
    assertThatThrownBy(() -> ListenerSecurity.read(Optional.of(file)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(complaint)
        .hasMessageContaining("Maybe ");
  }

  @Test
  void shouldRefuseFolderBelowFile() throws Exception {
    // Given
    Path file = Files.createFile(scratch.resolve("file"));

    // Then
    assertThatThrownBy(() -> DataFolder.open(file.resolve("data"), NO_MINIMUM))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void shouldRefuseFullDisk() {
    assertThatThrownBy(() -> DataFolder.open(scratch.resolve("data"), Long.MAX_VALUE))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("MiB free");
  }

  @Test
  void shouldRefuseLogFolderOfAnotherBroker() throws Exception {
    // Given
    Files.createFile(scratch.resolve("meta.properties"));

    // Then
    assertThatThrownBy(() -> DataFolder.open(scratch, NO_MINIMUM))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("another Kafka broker");
  }

  @Test
  void shouldRefuseNodeOfAnotherCluster() throws Exception {
    // Given
    Files.writeString(
        scratch.resolve("meta.properties"),
        "version=1\nnode.id=4\ncluster.id=4L6g3nShT-eMCtK--X86sw\n");

    // Then
    assertThatThrownBy(() -> Storage.prepare(scratch, "CONTROLLER", List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("node 4 in cluster 4L6g3nShT-eMCtK--X86sw");
  }

  @Test
  void shouldRefuseLogsWithoutProperties() throws Exception {
    // Given
    Path topic = Files.createDirectories(scratch.resolve("telemetry-0"));
    Files.createFile(topic.resolve("00000000000000000000.log"));

    // Then
    assertThatThrownBy(() -> Storage.prepare(scratch, "CONTROLLER", List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no meta.properties");
    assertThat(topic).isNotEmptyDirectory();
  }

  @Test
  void shouldFormatAgainWhatWasCutShort() throws Exception {
    // Given
    Storage.prepare(scratch, "CONTROLLER", List.of());
    Files.delete(scratch.resolve("meta.properties"));

    // When
    Storage.prepare(scratch, "CONTROLLER", List.of());

    // Then
    assertThat(scratch.resolve("meta.properties")).content().contains("cluster.id=");
  }
}
