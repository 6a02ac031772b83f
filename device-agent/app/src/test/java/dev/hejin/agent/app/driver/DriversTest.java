package dev.hejin.agent.app.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.DirectiveResult;
import dev.hejin.agent.reconcile.Execution;
import dev.hejin.agent.simulation.SimulatedDeviceSpec;
import dev.hejin.agent.simulation.SimulatedWorld;
import dev.hejin.agent.simulation.SimulationSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every driver keeps the contract; what each adds. */
class DriversTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Nested
  class Simulated extends DriverContract {
    @Override
    DeviceDriver driver() {
      var spec =
          new SimulatedDeviceSpec(
              "node",
              DEVICE,
              "chip",
              MEMORY_BYTES,
              1e12,
              Map.of(Precision.BF16, 1e14),
              1e11,
              1e9,
              1);
      return new SimulatedWorld(List.of(spec), SimulationSettings.DEFAULT).driver(DEVICE);
    }

    @Override
    boolean outlivesTheAgent() {
      return false;
    }
  }

  @Nested
  class Exec extends DriverContract {
    @TempDir Path folder = Path.of("");

    @Override
    DeviceDriver driver() {
      return by("cat >> " + folder.resolve("orders") + "; echo >> " + folder.resolve("orders"));
    }

    private DeviceDriver by(String command) {
      return EngineDrivers.exec(DEVICE, MEMORY_BYTES, command, "", LIMIT, folder.resolve("state"));
    }

    @Test
    void shouldTellTheEngineOnlyWhatIsToBeDone() throws Exception {
      // Given
      DeviceDriver driver = driver();
      run(driver, load(LAYER, FIRST));

      // When
      run(driver, load(FIRST, SECOND));

      // Then
      List<String> orders = Files.readAllLines(folder.resolve("orders"));
      assertThat(orders).hasSize(2);
      assertThat(orders.getLast())
          .contains("\"action\":\"load\"")
          .contains("\"expert\":2")
          .contains("\"sizeBytes\":200")
          .doesNotContain("\"expert\":1");
    }

    @Test
    void shouldRefuseWithTheReasonOfTheCommand() throws Exception {
      // Given
      DeviceDriver driver = by("echo 'no such weights' >&2; exit 3");

      // When
      DirectiveResult result = run(driver, load(LAYER));

      // Then
      assertThat(result.done()).isFalse();
      assertThat(result.reason()).contains("exit code 3: no such weights");
      assertThat(driver.held()).isEmpty();
    }

    @Test
    void shouldStopACommandThatHangsAndItsChildren() throws Exception {
      // Given
      DeviceDriver driver =
          EngineDrivers.exec(DEVICE, MEMORY_BYTES, "sleep 77", "", Duration.ofMillis(200), folder);

      // When
      DirectiveResult result = run(driver, load(LAYER));

      // Then
      assertThat(result.reason()).contains("did not end within 200 ms").contains("Maybe");
      assertThat(driver.held()).isEmpty();
      assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
          .noneMatch(each -> each.info().commandLine().orElse("").contains("sleep 77"));
    }

    @Test
    void shouldAskTheEngineWhatItHoldsAfterARestart() throws Exception {
      // Given
      DeviceDriver first = driver();
      run(first, load(LAYER, FIRST));
      run(first, activate(1.0, 1));
      String told = ShardJson.state(DEVICE, List.of());
      String all = Files.readString(folder.resolve("state").resolve("node_0.json"));

      // When
      List<HeldState> emptied = listed("echo '" + told + "'").held();
      List<HeldState> whole = listed("echo '" + all + "'").held();

      // Then
      assertThat(emptied).isEmpty();
      assertThat(whole).isEqualTo(first.held());
      assertThatThrownBy(() -> listed("exit 1"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Maybe it is not up yet");
      assertThatThrownBy(() -> listed("echo '{\"format\":\"other\"}'"))
          .hasMessageContaining("the answer to list: format is other");
    }

    private DeviceDriver listed(String list) {
      return EngineDrivers.exec(DEVICE, MEMORY_BYTES, "true", list, LIMIT, folder.resolve("state"));
    }

    @Test
    void shouldNotReportWhatAReleaseMayHaveTakenWhenItIsKilledInTheMiddle() throws Exception {
      // Given
      run(driver(), load(LAYER, FIRST));
      DeviceDriver interrupted = by("sleep 5");

      // When
      Execution running = interrupted.start(release(FIRST), 0);
      DeviceDriver next = driver();
      interrupted.abandon(0);

      // Then
      assertThat(running).isInstanceOf(Execution.Running.class);
      assertThat(only(next).shards()).containsExactly(LAYER);
      assertThat(only(interrupted).shards()).containsExactly(LAYER);
      assertThat(run(next, load(FIRST)).done()).isTrue();
    }

    @Test
    void shouldNotReportALoadThatIsKilledInTheMiddle() throws Exception {
      // Given
      run(driver(), load(LAYER));
      DeviceDriver interrupted = by("sleep 5");

      // When
      interrupted.start(load(FIRST), 0);
      DeviceDriver next = driver();
      interrupted.abandon(0);

      // Then
      assertThat(only(next).shards()).containsExactly(LAYER);
    }
  }

  @Nested
  class MapFile extends DriverContract {
    @TempDir Path folder = Path.of("");

    @Override
    DeviceDriver driver() {
      return by("cat >> " + folder.resolve("signals"));
    }

    private DeviceDriver by(String signal) {
      return EngineDrivers.file(DEVICE, MEMORY_BYTES, folder.resolve("maps"), signal, LIMIT);
    }

    @Test
    void shouldWriteTheWholeMapBeforeItSignals() throws Exception {
      // Given
      Path copy = folder.resolve("copy");
      DeviceDriver driver = by("read map; cp $map " + copy);

      // When
      run(driver, load(LAYER, FIRST));

      // Then
      assertThat(ShardJson.states(Files.readString(copy), DEVICE, "copy").getFirst().held())
          .isEqualTo(only(driver));
      assertThat(folder.resolve("maps")).isDirectoryContaining("glob:**node_0.json");
      assertThat(folder.resolve("maps")).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void shouldPutTheOldMapBackWhenTheEngineRefuses() throws Exception {
      // Given
      run(driver(), load(LAYER));
      DeviceDriver refusing = refusingLater();

      // When
      DirectiveResult result = run(refusing, load(FIRST));

      // Then
      assertThat(result.done()).isFalse();
      assertThat(only(driver()).shards()).containsExactly(LAYER);
    }

    /** Takes the map that is there at the start, and none after it. */
    private DeviceDriver refusingLater() throws IOException {
      Path once = Files.createFile(folder.resolve("once"));
      return by("rm " + once);
    }

    @Test
    void shouldRefuseToStartOverAMapThatItCannotRead() throws IOException {
      // Given
      Files.createDirectories(folder.resolve("maps"));
      Files.writeString(folder.resolve("maps").resolve("node_0.json"), "{\"format\":");

      // Then
      assertThatThrownBy(() -> driver())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("node_0.json is no whole JSON")
          .hasMessageContaining("Maybe");
    }
  }

  @Test
  void shouldKeepASecondAgentOfANodeAway(@TempDir Path folder) {
    // Given
    NodeLock.take(folder, "n1");

    // Then
    NodeLock.take(folder, "n2");
    assertThatThrownBy(() -> NodeLock.take(folder, "n1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node n1 has an agent already")
        .hasMessageContaining("Maybe");
  }
}
