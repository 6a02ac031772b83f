package dev.hejin.agent.app.probe;

import dev.hejin.agent.app.probe.ascend.AscendProbe;
import dev.hejin.agent.app.probe.cambricon.CambriconProbe;
import dev.hejin.agent.app.probe.denglin.DenglinProbe;
import dev.hejin.agent.app.probe.enflame.EnflameProbe;
import dev.hejin.agent.app.probe.hygon.AmdProbe;
import dev.hejin.agent.app.probe.hygon.HygonProbe;
import dev.hejin.agent.app.probe.iluvatar.IluvatarProbe;
import dev.hejin.agent.app.probe.kunlunxin.KunlunxinProbe;
import dev.hejin.agent.app.probe.metax.MetaxProbe;
import dev.hejin.agent.app.probe.mthreads.MooreThreadsProbe;
import dev.hejin.agent.app.probe.nvidia.SmiProbe;
import dev.hejin.agent.app.probe.thead.THeadProbe;
import dev.hejin.agent.probe.Inventory;
import dev.hejin.agent.probe.Probe;
import dev.hejin.agent.probe.ToolOutput;
import dev.hejin.agent.probe.ToolRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A genuine output of a vendor's tool, given to the vendor's probe as the answer to the command
 * that printed it; all other commands fail.
 *
 * @param name folder and file
 */
record SampleFile(String name, String text) {
  private static final Pattern NOT_TOOL_OUTPUT =
      Pattern.compile(".*(gpustack-runtime|awk_columns|KEYS|POSITIONS|rocminfo|_version\\.txt).*");
  private static final Pattern NUMBERED =
      Pattern.compile("(?m)^\\s*(NPU|Chip) ID\\s*: (\\d+)\\s*$");

  private static final Pattern SECTION =
      Pattern.compile("(?m)^# (idle|load) :: (.*)\\R# \\$ .*\\R#+\\R((?:(?!#{20}).*\\R)*)");
  private static final Map<String, String> FORMS =
      Map.of(
          "nvidia-smi (default table)", "table",
          "query (-q)", "q",
          "query-gpu (csv, what the exporter parses)", "query-gpu");

  /** All that a tool has printed; field lists and other programs' digests are none. */
  static List<SampleFile> all(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> new SampleFile(root.relativize(file).toString(), content(file)))
          .flatMap(SampleFile::sections)
          .filter(file -> file.name.matches("(?!_cross)[a-z-]+/.*"))
          .filter(file -> !NOT_TOOL_OUTPUT.matcher(file.name).matches())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A capture holds the outputs of many commands, each under a heading between rules. */
  private static Stream<SampleFile> sections(SampleFile file) {
    if (!file.is("nvidia/capture_.*")) {
      return Stream.of(file);
    }
    List<SampleFile> sections = new ArrayList<>();
    Matcher heading = SECTION.matcher(file.text);
    while (heading.find()) {
      String form = FORMS.get(heading.group(2));
      if (form != null) {
        sections.add(
            new SampleFile(
                file.name.replace(".txt", "__" + form + "_" + heading.group(1) + ".txt"),
                heading.group(3)));
      }
    }
    return sections.stream();
  }

  static String content(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String vendor() {
    return name.substring(0, name.indexOf('/'));
  }

  boolean is(String pattern) {
    return name.matches(pattern);
  }

  Inventory discover() {
    return probe(runner()).discover();
  }

  private Probe probe(ToolRunner runner) {
    return switch (vendor()) {
      case "nvidia" -> new SmiProbe(runner);
      case "ascend" -> new AscendProbe(runner);
      case "cambricon" -> new CambriconProbe(runner);
      case "hygon" -> new HygonProbe(runner);
      case "amd-rocm" -> new AmdProbe(runner);
      case "mthreads" -> new MooreThreadsProbe(runner);
      case "metax" -> new MetaxProbe(runner);
      case "enflame" -> new EnflameProbe(runner);
      case "kunlunxin" -> new KunlunxinProbe(runner);
      case "iluvatar" -> new IluvatarProbe(runner);
      case "thead" -> new THeadProbe(runner);
      case "denglin" -> new DenglinProbe(runner);
      default -> throw new IllegalStateException("no probe for " + name);
    };
  }

  private ToolRunner runner() {
    String command = command();
    return asked -> {
      String line = asked.line();
      if (line.matches(command)) {
        return ToolOutput.printed(text);
      }
      if (line.equals("npu-smi info -m") && !is(".*/error_.*") && !text.contains("|")) {
        return ToolOutput.printed(mapping());
      }
      String tool = command.split(" ", 2)[0];
      return line.startsWith(tool)
          ? new ToolOutput(ToolOutput.End.EXITED, 2, "", "not recorded")
          : ToolOutput.missing();
    };
  }

  /** The command that printed it, as a pattern. */
  private String command() {
    return switch (vendor()) {
      case "nvidia" -> nvidia();
      case "ascend" -> ascend();
      case "cambricon" -> "cnmon";
      case "hygon" -> hygon();
      case "amd-rocm" -> "rocm-smi -i .*";
      case "mthreads" -> "mthreads-gmi";
      case "metax" -> text.contains("GPU#") ? "mx-smi --show.*" : "mx-smi";
      case "enflame" -> text.contains("DEV ID") ? "efsmi -q" : "efsmi";
      case "kunlunxin" -> "xpu-smi";
      case "iluvatar" -> iluvatar();
      case "thead" -> is(".*_L_.*") ? "ppu-smi -L" : is(".*smi_q_.*") ? "ppu-smi -q" : "ppu-smi";
      default -> "dlsmi .*";
    };
  }

  private String iluvatar() {
    if (name.endsWith(".xml")) {
      return "ixsmi -q -x";
    }
    return is(".*query_csv.*") ? "ixsmi --query-gpu.*" : "ixsmi";
  }

  private String hygon() {
    return name.endsWith(".json") ? "rocm-smi -i .*" : is(".*rocm-smi.*") ? "rocm-smi" : "hy-smi";
  }

  private String nvidia() {
    if (is(".*(query-gpu|gputools_nvidia).*")) {
      return "nvidia-smi --query-gpu.*";
    }
    return is(".*__q_.*") ? "nvidia-smi -q" : "nvidia-smi";
  }

  private String ascend() {
    if (is(".*(mapping|info_m_).*")) {
      return "npu-smi info -m";
    }
    if (text.contains("|")) {
      return "npu-smi info";
    }
    return is(".*(board|product).*") ? "npu-smi info -t board -i \\d+" : "npu-smi info -t ecc .*";
  }

  /**
   * A mapping of the chips that a report names, for the probe asks no chip that it does not know.
   */
  private String mapping() {
    Set<String> npus = new LinkedHashSet<>();
    Set<String> chips = new LinkedHashSet<>();
    Matcher match = NUMBERED.matcher(text);
    while (match.find()) {
      (match.group(1).equals("NPU") ? npus : chips).add(match.group(2));
    }
    StringBuilder mapping = new StringBuilder();
    for (String npu : npus.isEmpty() ? Set.of("0") : npus) {
      for (String chip : chips.isEmpty() ? Set.of("0") : chips) {
        mapping.append("%s %s 0 -%n".formatted(npu, chip));
      }
    }
    return mapping.toString();
  }
}
