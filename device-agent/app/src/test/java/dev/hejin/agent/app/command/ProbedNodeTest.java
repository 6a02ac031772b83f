package dev.hejin.agent.app.command;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.app.codec.CapabilityCodec;
import dev.hejin.agent.app.measure.Measurement;
import dev.hejin.agent.app.measure.Measurements;
import dev.hejin.agent.app.measure.Measurer;
import dev.hejin.agent.app.probe.NodeProbes;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Figure;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.Link;
import dev.hejin.agent.model.LinkKind;
import dev.hejin.agent.model.PeakRate;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.Provenance;
import dev.hejin.agent.probe.CpuHostProbe;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.proto.capability.v1.NodeCapability;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbedNodeTest {
  private static final Measurements NOTHING_MEASURED = Measurements.of(Path.of("nothing", "here"));

  private final NodeProbes probes = NodeProbes.ofRecordings(Path.of("replay", "ten-vendors"));

  private ProbedNode node() {
    return ProbedNode.of(
        "mixed",
        probes.discover(),
        DeviceCatalog.shipped(),
        NOTHING_MEASURED,
        true,
        DeviceNumbers.inMemory());
  }

  private List<DeviceDescription> of(String vendor) {
    return node().description().devices().stream()
        .filter(device -> device.vendor().equals(vendor))
        .toList();
  }

  @Test
  void shouldPresentTenVendorsAsOneNode() {
    // When
    List<DeviceDescription> devices = node().description().devices();

    // Then
    assertThat(devices)
        .extracting(DeviceDescription::vendor)
        .contains(
            "NVIDIA",
            "Huawei",
            "Cambricon",
            "Hygon",
            "Moore Threads",
            "MetaX",
            "Enflame",
            "Kunlunxin",
            "Iluvatar",
            "Alibaba T-Head",
            "Biren");
    for (int i = 0; i < devices.size(); i++) {
      assertThat(devices.get(i).deviceId()).isEqualTo("mixed/" + i);
      assertThat(devices.get(i).simulated()).isTrue();
    }
    NodeCapability message = CapabilityCodec.toProto(node().description());
    assertThat(message.getDevicesList()).hasSameSizeAs(devices);
  }

  @Test
  void shouldTakeMemoryFromTheToolAndRatesFromTheCatalogue() {
    // When
    DeviceDescription device = of("Cambricon").getFirst();

    // Then
    assertThat(device.memoryBytes())
        .isEqualTo(new Figure(23374.0 * (1 << 20), Provenance.DRIVER, "replay: cnmon"));
    assertThat(device.peakRates()).isNotEmpty();
    assertThat(requireNonNull(device.memoryBandwidthBytesPerSecond()).provenance())
        .isEqualTo(Provenance.CATALOGUE);
  }

  @Test
  void shouldTellLinksWithTheirPeers() {
    // When
    Link link = of("NVIDIA").getFirst().links().getFirst();

    // Then
    assertThat(link.kind()).isEqualTo(LinkKind.SCALE_UP);
    assertThat(link.peerDeviceIds()).containsExactly("mixed/1");
    assertThat(requireNonNull(link.bandwidthBytesPerSecond()).value()).isEqualTo(18 * 26.562e9);
  }

  @Test
  void shouldPresentSlicesInPlaceOfTheDeviceThatIsCut() {
    // When
    List<DeviceDescription> devices = of("Alibaba T-Head");

    // Then: one whole device, two slices of the other one, no healthier than it
    assertThat(devices)
        .extracting(DeviceDescription::chip)
        .containsExactly("PPU-ZW810E", "PPU-ZW810E MIG g1.c1.i1", "PPU-ZW810E MIG g1.c0.i0");
    assertThat(devices.get(1).peakRates()).isEmpty();
    assertThat(devices.get(1).health()).isEqualTo(Health.DEGRADED);
  }

  @Test
  void shouldTellOfADeviceThatOnlyThePciBusShows() {
    // When
    DeviceDescription device = of("Hygon").getLast();

    // Then
    assertThat(device.chip()).isEqualTo("PCI 1d94:6210");
    assertThat(device.health()).isEqualTo(Health.FAILED);
    assertThat(device.memoryBytes()).isNull();
  }

  @Test
  void shouldPresentTheHostWhenThereIsNothingElse() {
    // When
    ProbedNode node =
        ProbedNode.of(
            "box",
            List.of(new CpuHostProbe("amd64", 1L << 34, () -> null).discover()),
            DeviceCatalog.shipped(),
            NOTHING_MEASURED,
            false,
            DeviceNumbers.inMemory());

    // Then
    DeviceDescription device = node.description().devices().getFirst();
    assertThat(device.deviceId()).isEqualTo("box/0");
    assertThat(device.vendor()).isEqualTo("host");
    assertThat(device.simulated()).isFalse();
    assertThat(device.peakRates()).isEmpty();
    assertThat(device.memoryBytes())
        .isEqualTo(new Figure(0x1p34, Provenance.DRIVER, "operating system"));
  }

  @Test
  void shouldPresentMeasuredFiguresBeforeNameplates(@TempDir Path folder) {
    // Given
    Inventory host = new CpuHostProbe("amd64", 1L << 34, () -> null).discover();
    Measurements measured = Measurements.of(folder);
    measured.keep(
        new Measurement(
            Measurer.idOf(host.devices().getFirst()),
            "",
            "test",
            "2026-11-25",
            Map.of(Precision.FP32, 5e10),
            2e10,
            null,
            null,
            null));

    // When
    DeviceDescription device =
        ProbedNode.of(
                "box",
                List.of(host),
                DeviceCatalog.shipped(),
                measured,
                false,
                DeviceNumbers.inMemory())
            .description()
            .devices()
            .getFirst();
    DeviceDescription replayed =
        ProbedNode.of(
                "box",
                List.of(host),
                DeviceCatalog.shipped(),
                measured,
                true,
                DeviceNumbers.inMemory())
            .description()
            .devices()
            .getFirst();

    // Then
    assertThat(device.memoryBandwidthBytesPerSecond())
        .isEqualTo(new Figure(2e10, Provenance.MEASURED, "measured 2026-11-25 by test"));
    assertThat(device.peakRates())
        .containsExactly(
            new PeakRate(
                Precision.FP32,
                new Figure(5e10, Provenance.MEASURED, "measured 2026-11-25 by test")));
    assertThat(replayed.memoryBandwidthBytesPerSecond()).isNull();
  }
}
