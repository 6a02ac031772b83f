package dev.hejin.agent.app.probe.pci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.Readings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciProbeTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path devices;

  private void put(String address, String vendor, String kind, String numa) throws IOException {
    Path entry = Files.createDirectory(devices.resolve(address));
    Files.writeString(entry.resolve("vendor"), "0x" + vendor + "\n");
    Files.writeString(entry.resolve("device"), "0xd802\n");
    Files.writeString(entry.resolve("class"), "0x" + kind + "00\n");
    Files.writeString(entry.resolve("numa_node"), numa + "\n");
  }

  @Test
  void shouldFindAcceleratorsWithoutDriverAndSaySo() throws IOException {
    // Given: an NPU, the same vendor's console graphics, a bridge of a vendor of accelerators
    put("0000:81:00.0", "19e5", "1200", "1");
    put("0000:02:00.0", "19e5", "0300", "-1");
    put("0000:00:01.0", "1d94", "0604", "0");

    // When
    List<Inventory> found = new PciProbe(PciBus.kernel(devices)).discover(List.of());

    // Then
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().vendor()).isEqualTo("Huawei");
    assertThat(found.getFirst().problems()).hasSize(1);
    DeviceReading device = found.getFirst().devices().getFirst();
    assertThat(device.busId()).isEqualTo("0000:81:00.0");
    assertThat(device.health()).isEqualTo(Health.FAILED);
    assertThat(device.figures()).containsOnlyKeys(Metric.NUMA_NODE);
  }

  @Test
  void shouldLeaveOutWhatAToolTellsOf() throws IOException {
    // Given
    put("0000:81:00.0", "19e5", "1200", "1");
    Readings told = new Readings();
    told.at("0/0").busId("0000:81:00.0");

    // When
    List<Inventory> found =
        new PciProbe(PciBus.kernel(devices)).discover(List.of(told.inventory("Huawei", "npu-smi")));

    // Then
    assertThat(found).isEmpty();
  }

  @Test
  void shouldFindNothingWhereTheBusCannotBeSeen() {
    // When
    List<Inventory> found =
        new PciProbe(PciBus.kernel(devices.resolve("gone"))).discover(List.of());

    // Then
    assertThat(found).isEmpty();
  }
}
