package dev.hejin.agent.app.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.agent.app.probe.PlainOutput.Reading;
import dev.hejin.agent.app.probe.tool.Transcript;
import dev.hejin.agent.model.LinkKind;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlainOutputTest {
  private static final Path RECORDINGS = Path.of("replay", "ten-vendors");

  @Test
  void shouldFindVendorAndCommandOfEachRecordingWithoutBeingTold() throws IOException {
    try (Stream<Path> files = Files.list(RECORDINGS)) {
      for (Path file : files.filter(each -> each.toString().contains("table")).toList()) {
        // Given
        String text = Files.readString(file);
        String command = text.substring(2, text.indexOf('\n'));
        String output = text.substring(text.indexOf('\n') + 1);

        // When
        Reading reading = PlainOutput.read(output, "output.txt", "").getFirst();

        // Then
        assertThat(reading.command()).as("%s", file).isEqualTo(command);
        assertThat(reading.inventory().devices())
            .as("%s", file)
            .isNotEmpty()
            .allSatisfy(device -> assertThat(device.figures()).isNotEmpty());
      }
    }
  }

  @Test
  void shouldTellTheUnitAndTheSourceOfAFigure() {
    // Given
    String report =
        """
        	NPU ID                         : 7
        	Chip Count                     : 1

        	HBM Capacity(MB)               : 65536
        	HBM Usage Rate(%)              : 12
        	Aicore Usage Rate(%)           : 3
        	Chip ID                        : 0
        """;

    // When
    DeviceReading device = only(PlainOutput.read(report, "x", ""));

    // Then
    assertThat(device.key()).isEqualTo("7/0");
    assertThat(device.name()).isEmpty();
    assertThat(device.figure(Metric.MEMORY_TOTAL_BYTES)).isEqualTo(65536.0 * (1 << 20));
    assertThat(Metric.MEMORY_TOTAL_BYTES.unit()).isEqualTo("bytes");
    assertThat(device.source(Metric.MEMORY_TOTAL_BYTES)).startsWith("npu-smi info -t");
    assertThat(device.source(Metric.POWER_WATTS)).isEmpty();
  }

  @Test
  void shouldReadTheCommandsThatATranscriptNames() {
    // Given
    String transcript =
        """
        [root@node-3 ~]# npu-smi info -m
        	NPU ID    Chip ID    Chip Logic ID    Chip Name
        	0         0          0                Ascend 910A
        [root@node-3 ~]# /usr/local/bin/npu-smi info -i 0 -t usages
        	NPU ID                         : 0
        	Chip Count                     : 1

        	HBM Capacity(MB)               : 32768
        	HBM Usage Rate(%)              : 4
        	Chip ID                        : 0

        /usr/local/Ascend/driver/tools/hccn_tool -i 0 -ip -g
        ipaddr:192.0.2.1
        """;

    // When
    DeviceReading device = only(PlainOutput.read(transcript, "x", ""));

    // Then
    assertThat(Transcript.parts(transcript))
        .extracting(Transcript.Part::command)
        .containsExactly("npu-smi info -m", "npu-smi info -i 0 -t usages");
    assertThat(device.name()).isEqualTo("Ascend 910A");
    assertThat(device.figure(Metric.MEMORY_USED_PERCENT)).isEqualTo(4.0);
  }

  @Test
  void shouldReadListsThatTellOfDevicesOnlyBesideOthers() {
    // Given
    String matrix =
        "\u001B[4m\tGPU0\tGPU1\tNUMA Affinity\u001B[0m\nGPU0\tX\tNV18\t0\nGPU1\tNV18\tX\t1\n";
    String errors =
        """
        GPU 0: NVIDIA H20 (UUID: GPU-0)
        	 Link 0: 26.562 GB/s
        	 Link 1: <inactive>
        """;
    String monitor =
        """
        # gpu    pwr  gtemp  mtemp     sm    mem    enc    dec   mclk   pclk
        # Idx      W      C      C      %      %      %      %    MHz    MHz
            0    630     53      -    100      8      0      0   3201   1980
        """;

    // When
    var links = PlainOutput.read(matrix, "nvidia/topo.txt", "").getFirst().inventory();
    DeviceReading linked = only(PlainOutput.read(errors, "x", ""));
    DeviceReading monitored = only(PlainOutput.read(monitor, "x", "nvidia"));

    // Then
    assertThat(links.links()).hasSize(2).allMatch(link -> link.kind() == LinkKind.SCALE_UP);
    assertThat(links.devices()).extracting(each -> each.figure(Metric.NUMA_NODE)).contains(1.0);
    assertThat(linked.figure(Metric.SCALE_UP_LINKS_COUNT)).isEqualTo(1.0);
    assertThat(monitored.figure(Metric.POWER_WATTS)).isEqualTo(630.0);
    assertThat(monitored.figure(Metric.MEMORY_TEMPERATURE_CELSIUS)).isNull();
  }

  @Test
  void shouldInventNothingOfOtherTexts() {
    for (String text : List.of("", "hello", "a: b\nc: d\n", "1, 2, 3\n4, 5, 6\n", "| a | b |\n")) {
      // When
      List<Reading> readings = PlainOutput.read(text, "notes.txt", "");

      // Then
      assertThat(readings).as(text).allMatch(each -> each.inventory().devices().isEmpty());
    }
  }

  @Test
  void shouldNameTheVendorsWhenOneIsUnknown() {
    assertThatThrownBy(() -> PlainOutput.read("", "x", "Acme"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vendor is Acme")
        .hasMessageContaining("Maybe one of NVIDIA, Huawei");
  }

  private static DeviceReading only(List<Reading> readings) {
    assertThat(readings).hasSize(1);
    assertThat(readings.getFirst().inventory().devices()).hasSize(1);
    return readings.getFirst().inventory().devices().getFirst();
  }
}
