package dev.hejin.agent.app.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hejin.agent.app.probe.nvidia.SmiProbe;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Metric;
import dev.hejin.agent.probe.ToolOutput;
import dev.hejin.agent.probe.ToolRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every genuine output that we hold, and every figure in it: what stands in a text with a unit must
 * be among the readings. The texts are other people's, so they are not in the repository: {@code
 * -Dhejin.shared=<dir>} names the folder with {@code data/probe-samples}; skipped without.
 */
class GenuineSamplesTest {
  private static final Pattern NO_DEVICE =
      Pattern.compile(
          ".*(/error_|NOT-KUNLUN|NOT-GENUINE|_l_invalid|t_topo|faultdiag_(cqe|npu)|topo-m|nvlink-s"
              + "|__L|compute-apps|dmon|gputools_nvidia).*");
  private static final Pattern PAIR_OF_MEMORY =
      Pattern.compile("(\\d+) ?(?:MiB)?(?: ?/ ?|\\()(\\d+) ?MiB");
  private static final Pattern PAIR_OF_POWER = Pattern.compile("(\\d+) ?W ?/ ?(\\d+) ?W");
  private static final Pattern DEGREES =
      Pattern.compile("(?<![\\w.:])(\\d+(?:\\.\\d+)?) ?(?:C|\u2103)(?![\\w:])");
  private static final Pattern ASCEND_CARD =
      Pattern.compile("\\| \\d+ +\\S+ +\\| \\w+ +\\| ([\\d.]+|NA|-) +(\\d+) .*");
  private static final Pattern ASCEND_CHIP =
      Pattern.compile(
          "\\| \\d+ +\\d* *\\| [0-9A-F:.]+ +\\| (\\d+) +(\\d+) */ (\\d+)(?: +(\\d+) */ (\\d+))? *\\|");

  private static final Pattern REPORTED_MEMORY =
      Pattern.compile("(?:(?:Used Size|Mem Size|Mem Usage) +: |<(?:total|used)>)(\\d+) MiB");
  private static final Pattern REPORTED_REST =
      Pattern.compile(
          "(?:(?:GCU Temp|GCU Usage|Cur Power|Power Capa|Board Temp|Mem CLK) +: "
              + "|<(?:gpu_temp|gpu_current_temp|gpu_power_draw|power_draw|sm_clock|gpu_util)>)"
              + "([\\d.]+)");

  private static List<SampleFile> samples = List.of();

  @BeforeAll
  static void read() {
    assumeTrue(Files.isDirectory(samplesFolder()), "no genuine samples here");
    samples = SampleFile.all(samplesFolder());
  }

  /** Where the outputs are, if they are anywhere. */
  static Path samplesFolder() {
    String shared = System.getProperty("hejin.shared", "");
    return (shared.isEmpty()
            ? Path.of(System.getProperty("hejin.root", ".")).resolveSibling("shared")
            : Path.of(shared))
        .resolve("data")
        .resolve("probe-samples");
  }

  @Test
  void shouldFindTheDevicesOfEachSample() {
    // Given
    Map<String, int[]> sums = new TreeMap<>();

    for (SampleFile sample : samples) {
      // When
      Inventory found = sample.discover();

      // Then
      if (NO_DEVICE.matcher(sample.name()).matches()) {
        continue;
      }
      assertThat(found.devices()).as(sample.name()).isNotEmpty();
      int[] sum = sums.computeIfAbsent(sample.vendor(), key -> new int[3]);
      sum[0]++;
      sum[1] += found.devices().size();
      sum[2] += found.devices().stream().mapToInt(device -> device.figures().size()).sum();
    }
    assertThat(sums).hasSizeGreaterThanOrEqualTo(12);
    sums.forEach(
        (vendor, sum) ->
            System.out.printf(
                "%-10s %3d samples %4d devices %5d figures%n", vendor, sum[0], sum[1], sum[2]));
  }

  @Test
  void shouldFindNothingWhereThereIsNothing() {
    for (SampleFile sample : samples) {
      if (sample.is(".*(/error_|NOT-KUNLUN).*")) {
        // When
        Inventory found = sample.discover();

        // Then
        assertThat(found.devices()).as(sample.name()).isEmpty();
        assertThat(found.problems().isEmpty())
            .as("%s: %s", sample.name(), found.problems())
            .isEqualTo(sample.is(".*(NOT-KUNLUN).*"));
      }
    }
  }

  @Test
  void shouldReadEveryMemoryPowerAndTemperatureOfTheTables() {
    for (SampleFile sample : samples) {
      if (sample.is("ascend/.*")
          || !sample.text().contains("|")
          || NO_DEVICE.matcher(sample.name()).matches()) {
        continue;
      }
      // When
      List<DeviceReading> devices = sample.discover().devices();

      // Then
      String rows =
          sample
              .text()
              .lines()
              .filter(line -> line.contains("|"))
              .reduce("", (a, b) -> a + "\n" + b);
      List<Double> memory = new ArrayList<>(numbers(PAIR_OF_MEMORY, rows));
      // Virtual memory and windows of the bus are no memory of the device.
      memory.removeAll(List.of(10240.0, 1048576.0, 24739.0, 12369.0, 6184.0));
      memory.removeIf(each -> each == 0);
      assertHolds(sample, devices, memory.stream().map(each -> each * 0x1p20).toList());
      assertHolds(sample, devices, numbers(PAIR_OF_POWER, rows));
      assertHolds(sample, devices, numbers(DEGREES, rows));
    }
  }

  @Test
  void shouldReadEveryFigureOfTheAscendTables() {
    for (SampleFile sample : samples) {
      if (!sample.is("ascend/.*") || !sample.text().contains("|")) {
        continue;
      }
      // When
      List<DeviceReading> devices = sample.discover().devices();

      // Then
      List<Double> powers = new ArrayList<>();
      List<Double> temperatures = new ArrayList<>();
      List<Double> totals = new ArrayList<>();
      List<Double> uses = new ArrayList<>();
      for (String line : sample.text().lines().toList()) {
        Matcher card = ASCEND_CARD.matcher(line);
        Matcher chip = ASCEND_CHIP.matcher(line);
        if (chip.matches()) {
          boolean two = chip.group(5) != null && !chip.group(5).equals("0");
          uses.add(Double.parseDouble(chip.group(two ? 4 : 2)) * 0x1p20);
          totals.add(Double.parseDouble(chip.group(two ? 5 : 3)) * 0x1p20);
        } else if (card.matches()) {
          if (card.group(1).matches("[\\d.]+")) {
            powers.add(Double.parseDouble(card.group(1)));
          }
          temperatures.add(Double.parseDouble(card.group(2)));
        }
      }
      assertThat(all(devices, Metric.POWER_WATTS)).as(sample.name()).isEqualTo(powers);
      assertThat(all(devices, Metric.TEMPERATURE_CELSIUS))
          .as(sample.name())
          .isEqualTo(temperatures);
      assertThat(all(devices, Metric.MEMORY_TOTAL_BYTES)).as(sample.name()).isEqualTo(totals);
      assertThat(all(devices, Metric.MEMORY_USED_BYTES)).as(sample.name()).isEqualTo(uses);
    }
  }

  @Test
  void shouldReadTheSameOfAReportAsOfItsTableAndItsValues() {
    for (SampleFile report : samples) {
      if (!report.is("nvidia/.*__q_idle.txt")) {
        continue;
      }
      // Given
      SampleFile values = named(report.name().replace("__q_idle", "__query-gpu_idle"));

      // When
      DeviceReading byReport = report.discover().devices().getFirst();
      DeviceReading byValues = values.discover().devices().getFirst();

      // Then
      assertThat(byReport.name()).isEqualTo(byValues.name());
      assertThat(byReport.busId()).isEqualTo(byValues.busId());
      for (Metric metric :
          List.of(
              Metric.MEMORY_TOTAL_BYTES,
              Metric.POWER_LIMIT_WATTS,
              Metric.CORE_CLOCK_MAX_MEGAHERTZ,
              Metric.MEMORY_CLOCK_MAX_MEGAHERTZ,
              Metric.PCIE_LANES,
              Metric.PCIE_LANES_MAX,
              Metric.ECC_CORRECTED_COUNT,
              Metric.ECC_UNCORRECTED_COUNT,
              Metric.REMAPPED_ROWS_COUNT,
              Metric.ENCODER_PERCENT,
              Metric.DECODER_PERCENT,
              Metric.PCIE_GENERATION_MAX)) {
        assertThat(byReport.figure(metric))
            .as("%s %s", report.name(), metric)
            .isEqualTo(byValues.figure(metric));
      }
    }
  }

  @Test
  void shouldReadWhatTheWordTablesHold() {
    for (SampleFile sample : samples) {
      if (!sample.is("hygon/.*table.*")) {
        continue;
      }
      // When
      List<DeviceReading> devices = sample.discover().devices();

      // Then
      List<String> rows =
          sample.text().lines().filter(line -> line.matches("\\d+\\s+[\\d.]+[Cc]\\s.*")).toList();
      assertThat(devices).as(sample.name()).hasSameSizeAs(rows);
      for (int i = 0; i < rows.size(); i++) {
        List<Double> told = new ArrayList<>();
        Matcher match = Pattern.compile("([\\d.]+)(?:[CcW%])").matcher(rows.get(i));
        while (match.find()) {
          told.add(Double.parseDouble(match.group(1)));
        }
        assertThat(devices.get(i).figures().values()).as(sample.name()).containsAll(told);
      }
    }
  }

  @Test
  void shouldJoinAllThatOneMachineTold() {
    for (SampleFile list : samples) {
      if (!list.is("nvidia/split/.*__L.txt")) {
        continue;
      }
      // Given
      String machine = list.name().replace("__L.txt", "__");
      ToolRunner runner =
          command ->
              switch (command.words().get(1).replaceFirst("=.*", "")) {
                case "-L" -> ToolOutput.printed(list.text());
                case "-q" -> ToolOutput.printed(named(machine + "q_idle.txt").text());
                case "topo" -> ToolOutput.printed(named(machine + "topo-m.txt").text());
                case "nvlink" -> ToolOutput.printed(named(machine + "nvlink-s.txt").text());
                default -> ToolOutput.printed(named(machine + "query-gpu_idle.txt").text());
              };

      // When
      Inventory found = new SmiProbe(runner).discover();

      // Then
      long slices = list.text().lines().filter(line -> line.contains("MIG-")).count();
      boolean linked = named(machine + "nvlink-s.txt").text().contains("GB/s");
      assertThat(found.problems()).as(machine).isEmpty();
      assertThat(found.devices()).as(machine).hasSize(1 + (int) slices);
      assertThat(found.devices())
          .as(machine)
          .allSatisfy(
              device -> {
                assertThat(device.name()).isNotEmpty();
                assertThat(device.uuid()).isNotEmpty();
                assertThat(device.figure(Metric.MEMORY_TOTAL_BYTES)).isNotNull();
              });
      DeviceReading card = found.devices().getFirst();
      assertThat(card.figure(Metric.NUMA_NODE)).as(machine).isEqualTo(0.0);
      assertThat(card.figure(Metric.SCALE_UP_BYTES_PER_SECOND))
          .as(machine)
          .isEqualTo(linked ? Double.valueOf(18 * 26.562e9) : null);
    }
  }

  @Test
  void shouldReadEveryQuantityOfTheReports() {
    for (SampleFile sample : samples) {
      if (!sample.is("enflame/.*(efsmi_q|efs).*|iluvatar/.*xml|denglin/.*")
          || sample.text().contains("|")) {
        continue;
      }
      // When
      List<DeviceReading> devices = sample.discover().devices();

      // Then
      assertHolds(
          sample,
          devices,
          numbers(REPORTED_MEMORY, sample.text()).stream().map(each -> each * 0x1p20).toList());
      assertHolds(sample, devices, numbers(REPORTED_REST, sample.text()));
    }
  }

  private static SampleFile named(String name) {
    return samples.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Double> numbers(Pattern pattern, String text) {
    List<Double> numbers = new ArrayList<>();
    Matcher match = pattern.matcher(text);
    while (match.find()) {
      for (int group = 1; group <= match.groupCount(); group++) {
        numbers.add(Double.parseDouble(match.group(group)));
      }
    }
    return numbers;
  }

  private static void assertHolds(
      SampleFile sample, List<DeviceReading> devices, List<Double> told) {
    List<Double> figures =
        devices.stream().flatMap(device -> device.figures().values().stream()).toList();
    assertThat(figures).as(sample.name()).containsAll(told);
  }

  private static List<Double> all(List<DeviceReading> devices, Metric metric) {
    List<Double> values = new ArrayList<>();
    for (DeviceReading device : devices) {
      Double value = device.figure(metric);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }
}
