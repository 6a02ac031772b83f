package dev.hejin.catalog.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.chip.Figure;
import dev.hejin.catalog.chip.Precision;
import dev.hejin.catalog.chip.PrecisionFacts.Support;
import dev.hejin.catalog.chip.Provenance;
import dev.hejin.catalog.chip.Unit;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolFilesTest {

  @Test
  void shouldLoadTheDefaultPool() {
    // When
    PoolSpec pool = PoolFiles.load("default");

    // Then
    assertThat(pool.name()).isEqualTo("default");
    assertThat(pool.nodes())
        .extracting(NodeSpec::name)
        .containsExactly("h20-0", "h20-1", "ascend-0", "ascend-1", "hygon-0", "mthreads-0");
    assertThat(pool.devices()).hasSize(48);
    assertThat(pool.devices()).extracting(DeviceSpec::trueSpeed).containsOnly(1.0);
    assertThat(pool.device("ascend-1/7").orElseThrow().facts().model()).isEqualTo("Ascend 910B2");
    Figure network = pool.node("h20-0").orElseThrow().networkBytesPerSecond();
    assertThat(network.value()).isEqualTo(50e9);
    assertThat(network.provenance()).isEqualTo(Provenance.OPERATOR);
    assertThat(network.source()).contains("default.yaml");
  }

  @Test
  void shouldLoadEveryShippedPool() {
    for (String name : PoolFiles.names()) {
      assertThat(PoolFiles.load(name).name()).isEqualTo(name);
    }
    assertThat(PoolFiles.load("half-speed-half").devices())
        .filteredOn(device -> device.trueSpeed() == 0.5)
        .hasSize(16);
    assertThat(PoolFiles.load("one-straggler").devices())
        .hasSize(32)
        .filteredOn(device -> device.trueSpeed() != 1.0)
        .extracting(DeviceSpec::id)
        .containsExactly("h20-3/7");
  }

  @Test
  void shouldPutTheOperatorsFiguresInPlaceOfTheCatalogs() {
    // When
    PoolSpec pool =
        parse(
            """
            name: mine
            nodes:
              - name: h
                count: 1
                chip: K100_AI
                devices: 2
                labels: { rack: r1 }
                overrides:
                  memoryGib: 60
                  memoryBandwidthGBs: 1000
                  linkGBs: 90
                  tdpWatts: 380
                  pricePerHourUsd: 0.5
                  peakTflops: { INT8: 392 }
                  supportedPrecisions: [BF16, INT8]
                  collectiveLibrary: XCCL
            """);

    // Then
    NodeSpec node = pool.nodes().getFirst();
    assertThat(node.name()).isEqualTo("h-0");
    assertThat(node.labels()).containsEntry("rack", "r1");
    assertThat(node.networkBytesPerSecond()).isEqualTo(Figure.UNKNOWN);
    ChipFacts facts = pool.device("h-0/1").orElseThrow().facts();
    assertThat(facts.memoryBytes())
        .isEqualTo(Figure.ofOperator(60.0 * (1L << 30), Unit.BYTES, "test.yaml"));
    assertThat(facts.memoryBytesPerSecond().value()).isEqualTo(1000e9);
    assertThat(facts.link().bytesPerSecond().value()).isEqualTo(90e9);
    assertThat(facts.tdpWatts().value()).isEqualTo(380);
    assertThat(facts.pricePerHourUsd().value()).isEqualTo(0.5);
    assertThat(facts.peakOperationsPerSecond(Precision.INT8).value()).isEqualTo(392e12);
    assertThat(facts.peakOperationsPerSecond(Precision.BF16).value()).isEqualTo(192e12);
    assertThat(facts.supports(Precision.FP16)).isEqualTo(Support.NO);
    assertThat(facts.collectiveLibrary()).isEqualTo("XCCL");
  }

  @Test
  void shouldReadAFileByPath(@TempDir Path folder) throws IOException {
    // Given
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, "{name: p, nodes: [{name: n, chip: H20, devices: 1}]}");

    // When
    PoolSpec pool = PoolFiles.load(file.toString());

    // Then
    assertThat(pool.devices()).extracting(DeviceSpec::id).containsExactly("n/0");
  }

  private static String bridged(String bridges) {
    return "{name: p, nodes: [{name: n, chip: H20, devices: 1}, {name: a, chip: Ascend 910B2, devices: 1}],"
        + " bridges: ["
        + bridges
        + "]}";
  }

  @Test
  void shouldReadBridges(@TempDir Path folder) throws IOException {
    // Given
    Path file = folder.resolve("p.yaml");
    Files.writeString(
        file, bridged("{libraries: [NCCL, HCCL], latencyMicros: 50, gbitPerSecond: 100}"));

    // When
    PoolSpec pool = PoolFiles.load(file.toString());

    // Then
    assertThat(pool.bridges()).containsExactly(new BridgeSpec("NCCL", "HCCL", 5e-5, 12.5e9));
  }

  @Test
  void shouldRefuseWhatIsNoBridge() {
    String figures = "latencyMicros: 50, gbitPerSecond: 100}";
    refuses(
        bridged("{libraries: [NCCL, RCCL], " + figures),
        "$.bridges[0].libraries",
        "",
        "no device of the pool uses RCCL");
    refuses(
        bridged("{libraries: [NCCL, NCCL], " + figures),
        "$.bridges[0].libraries",
        "",
        "a bridge from NCCL to itself");
    refuses(
        bridged("{libraries: [NCCL, HCCL], " + figures + ", {libraries: [HCCL, NCCL], " + figures),
        "$.bridges[1].libraries",
        "",
        "already");
    refuses(
        bridged("{libraries: [NCCL, HCCL], latencyMicros: 50, gbitPerSecond: 0}"),
        "$.bridges[0].gbitPerSecond",
        "0",
        "Maybe");
    refuses(
        bridged("{libraries: [NCCL, HCCL], latencyMicros: -1, gbitPerSecond: 1}"),
        "$.bridges[0].latencyMicros",
        "-1",
        "Maybe");
    refuses(bridged("{libraries: [NCCL], " + figures), "$.bridges[0].libraries", "", "Maybe");
  }

  @Test
  void shouldRefuseUnknownAndAmbiguousChips() {
    refuses(node("chip: H21, devices: 8"), "$.nodes[0].chip", "H21", "H20");
    refuses(node("chip: A100, devices: 8"), "$.nodes[0].chip", "A100", "A100-PCIe-80GB");
    refuses(
        node("vendor: Huawei, chip: H20, devices: 8"),
        "$.nodes[0].chip",
        "H20",
        "of vendor Huawei");
  }

  @Test
  void shouldRefuseBadDeviceCounts() {
    refuses(node("chip: H20, devices: 0"), "$.nodes[0].devices", "0", "1 to 1024");
    refuses(node("chip: H20, devices: -8"), "$.nodes[0].devices", "-8", "Maybe");
    refuses(node("chip: H20, devices: eight"), "$.nodes[0].devices", "eight", "a whole number");
    refuses(node("chip: H20, devices: 8.5"), "$.nodes[0].devices", "8.5", "a whole number");
    refuses(node("chip: H20"), "$.nodes[0].devices", "", "add the field");
    refuses(
        node("chip: H20, devices: 1024, count: 4096"),
        "$.nodes[0].count",
        "4096",
        "more than 65536");
  }

  @Test
  void shouldRefuseDuplicateNames() {
    refuses(
        "{name: p, nodes: [{name: n, count: 2, chip: H20, devices: 1},"
            + " {name: n-1, chip: H20, devices: 1}]}",
        "$.nodes[1].name",
        "n-1",
        "two nodes n-1");
  }

  @Test
  void shouldRefuseBadOverrides() {
    refuses(override("memoryGib: -64"), "$.nodes[0].overrides.memoryGib", "-64", "above 0");
    refuses(override("memoryGib: 0"), "$.nodes[0].overrides.memoryGib", "0", "above 0");
    refuses(override("memoryGb: 64"), "$.nodes[0].overrides.memoryGb", "", "\"memoryGib\"");
    refuses(override("memoryGib: lots"), "$.nodes[0].overrides.memoryGib", "lots", "a number");
    refuses(
        override("supportedPrecisions: [BF17]"),
        "$.nodes[0].overrides.supportedPrecisions[0]",
        "BF17",
        "use one of FP32, BF16");
    refuses(
        override("supportedPrecisions: [BF16], peakTflops: {FP8: 9}"),
        "$.nodes[0].overrides.peakTflops.FP8",
        "9",
        "add FP8");
  }

  @Test
  void shouldRefuseBadSpeeds() {
    refuses(node("chip: H20, devices: 2, speed: 0"), "$.nodes[0].speed", "0", "Maybe");
    refuses(node("chip: H20, devices: 2, speeds: [1]"), "$.nodes[0].speeds", "[1", "2 devices");
    refuses(
        node("chip: H20, devices: 1, speeds: [1], speed: 1"), "$.nodes[0].speed", "1", "exclude");
  }

  @Test
  void shouldRefuseUnknownFieldsAndMissingOnes() {
    refuses("{name: p, node: []}", "$.node", "", "you mean \"nodes\"");
    refuses("{name: p}", "$.nodes", "", "add the field \"nodes\"");
    refuses("{name: p, nodes: []}", "$.nodes", "[]", "Maybe");
    refuses(
        "{name: p, nodes: [{name: n, chip: H20, devices: 1}], colour: red}",
        "$.colour",
        "",
        "there is no such field");
    refuses(
        "{name: Bad Name, nodes: [{name: n, chip: H20, devices: 1}]}",
        "$.name",
        "Bad Name",
        "Small letters");
  }

  @Test
  void shouldNameTheShippedPoolsWhenANameIsUnknown() {
    assertThatThrownBy(() -> PoolFiles.load("defualt"))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("default, half-speed-half, one-straggler");
  }

  @Test
  void shouldListEveryPrecisionInTheSchema() {
    for (Precision precision : Precision.values()) {
      assertThat(PoolFiles.schema()).contains("\"" + precision + "\":");
    }
  }

  private static String node(String fields) {
    return "{name: p, nodes: [{name: n, " + fields + "}]}";
  }

  private static String override(String fields) {
    return node("chip: H20, devices: 1, overrides: {" + fields + "}");
  }

  private static PoolSpec parse(String text) {
    return PoolFiles.parse(InputFile.of("test.yaml", text), DeviceCatalog.shipped());
  }

  private static void refuses(String text, String field, String value, String part) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            InvalidFileException.class,
            error -> {
              assertThat(error.file()).isEqualTo("test.yaml");
              assertThat(error.field()).isEqualTo(field);
              assertThat(error.value()).startsWith(value);
              assertThat(error.fix()).isNotEmpty();
              assertThat(List.of(error.getMessage())).first().asString().contains(part);
            });
  }
}
