package dev.hejin.agent.app.probe.pci;

import dev.hejin.agent.probe.ToolCommand;
import dev.hejin.agent.probe.ToolRunner;
import dev.hejin.agent.probe.text.Quantity;
import dev.hejin.agent.probe.text.ToolText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is on the PCI bus. Empty where that cannot be known. */
@FunctionalInterface
public interface PciBus {
  /** All functions, by address. */
  List<PciFunction> functions();

  /** As the kernel shows it, under {@code /sys/bus/pci/devices}. */
  static PciBus kernel(Path devices) {
    return () -> {
      if (!Files.isDirectory(devices)) {
        return List.of();
      }
      try (Stream<Path> entries = Files.list(devices)) {
        return entries.sorted().map(Sysfs::function).flatMap(Stream::ofNullable).toList();
      } catch (IOException e) {
        return List.of();
      }
    };
  }

  /** As {@code lspci -Dn} prints it; for replay. */
  static PciBus listed(ToolRunner runner) {
    return () -> Listing.read(runner.run(ToolCommand.of("lspci", "-Dn")).text());
  }

  /** Reads the kernel's files. */
  final class Sysfs {
    private Sysfs() {}

    private static @Nullable PciFunction function(Path entry) {
      String vendor = hex(entry.resolve("vendor"), 4);
      String device = hex(entry.resolve("device"), 4);
      String kind = hex(entry.resolve("class"), 6);
      if (vendor == null || device == null || kind == null) {
        return null;
      }
      Double numa = Quantity.count(text(entry.resolve("numa_node")));
      return new PciFunction(
          entry.getFileName().toString().toLowerCase(Locale.ROOT),
          vendor,
          device,
          kind.substring(0, 4),
          numa != null && numa >= 0 ? numa : null);
    }

    private static @Nullable String hex(Path file, int digits) {
      String text = text(file).toLowerCase(Locale.ROOT);
      return text.matches("0x[0-9a-f]{" + digits + "}") ? text.substring(2) : null;
    }

    private static String text(Path file) {
      try {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
      } catch (IOException e) {
        return "";
      }
    }
  }

  /** Reads the tool's list. */
  final class Listing {
    private static final Pattern LINE =
        Pattern.compile(
            "([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]) ([0-9a-f]{4}): "
                + "([0-9a-f]{4}):([0-9a-f]{4})(?:\\s.*)?");

    private Listing() {}

    private static List<PciFunction> read(String raw) {
      List<PciFunction> functions = new ArrayList<>();
      for (String line : ToolText.of(raw).lines()) {
        Matcher match = LINE.matcher(line.strip());
        if (match.matches()) {
          functions.add(
              new PciFunction(
                  match.group(1), match.group(3), match.group(4), match.group(2), null));
        }
      }
      return functions;
    }
  }
}
