package dev.hejin.client.calibration;

import dev.hejin.catalog.chip.ChipFacts;
import dev.hejin.catalog.chip.ChipMatch;
import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.chip.Figure;
import dev.hejin.catalog.chip.Precision;
import dev.hejin.scheduler.cost.kernel.KernelDevice;
import dev.hejin.scheduler.cost.serving.ServingDevice;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Systems as benchmarks name them, with the figures of their chip from the device catalogue. A name
 * that {@code systems.properties} does not list is looked up in the catalogue itself, with a node
 * of eight devices.
 */
final class Systems {
  private static final String RESOURCE = "systems.properties";
  private static final String[] FORMS = {"_sxm", "-sxm", "_oam", "_nvl72", "_nvl"};
  private static final double GIGA = 1e9;
  private static final double MEGA = 1e6;
  private static final double DEFAULT_LINK = 32e9;

  private final DeviceCatalog catalog = DeviceCatalog.shipped();
  private final Map<String, SystemFacts> known = new TreeMap<>();
  private final Properties listed = new Properties();

  /**
   * A system.
   *
   * @param name as the table writes it
   * @param chip as the device catalogue writes it
   * @param kin a measured system of the same architecture, or the name itself
   * @param kernel figures that kernels feel
   * @param serving figures that serving feels
   */
  record SystemFacts(
      String name, String chip, String kin, KernelDevice kernel, ServingDevice serving) {}

  Systems() {
    try (InputStream stream = Systems.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException(
            "resource " + RESOURCE + " is missing\nMaybe the jar was built without resources.");
      }
      try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
        listed.load(reader);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A system by name.
   *
   * @throws UnpredictableException when nobody knows it or its chip lacks a figure
   */
  SystemFacts of(String name) {
    if (name.isEmpty()) {
      throw new UnpredictableException("the system is not filled in");
    }
    SystemFacts facts = known.get(name);
    if (facts == null) {
      facts = read(name);
      known.put(name, facts);
    }
    return facts;
  }

  private SystemFacts read(String name) {
    String key = name.toLowerCase(Locale.ROOT).replace(' ', '_');
    String line = listed.getProperty(key);
    String[] parts = (line == null ? "" : line).split(";", -1);
    ChipFacts chip = line == null ? guess(name) : catalog.require("", parts[0].strip());
    int devicesPerNode = parts.length > 1 ? Integer.parseInt(parts[1].strip()) : 8;
    double network = (parts.length > 2 ? Double.parseDouble(parts[2].strip()) : 50) * GIGA;
    double cache = (parts.length > 3 ? Double.parseDouble(parts[3].strip()) : 50) * MEGA;
    double wide = first(chip, Precision.BF16, first(chip, Precision.FP16, Double.NaN));
    if (!(wide > 0) || !chip.memoryBytesPerSecond().isKnown() || !chip.memoryBytes().isKnown()) {
      throw new UnpredictableException(
          "system '" + name + "': the catalogue lacks a figure of " + chip.model());
    }
    double memory = chip.memoryBytesPerSecond().value();
    double eight = first(chip, Precision.FP8, wide);
    double four = first(chip, Precision.FP4, eight);
    Figure linkFigure = chip.link().bytesPerSecond();
    double link = linkFigure.isKnown() ? linkFigure.value() : DEFAULT_LINK;
    return new SystemFacts(
        name,
        chip.model(),
        parts.length > 4 ? parts[4].strip() : name,
        new KernelDevice(name, memory, wide, eight, four, cache),
        new ServingDevice(
            name,
            chip.memoryBytes().value(),
            memory,
            wide,
            eight,
            four,
            link,
            network,
            devicesPerNode));
  }

  private static double first(ChipFacts chip, Precision precision, double otherwise) {
    Figure peak = chip.peakOperationsPerSecond(precision);
    return peak.isKnown() && peak.value() > 0 ? peak.value() : otherwise;
  }

  private ChipFacts guess(String name) {
    String bare = name;
    for (String form : FORMS) {
      bare = bare.replace(form, "");
    }
    for (String tried : new String[] {name, name.replace('_', ' '), bare, bare.replace('_', ' ')}) {
      if (catalog.match("", tried) instanceof ChipMatch.Found(ChipFacts chip)) {
        return chip;
      }
    }
    throw new UnpredictableException(
        "system '"
            + name
            + "' is not known; maybe one of "
            + String.join(", ", listed.stringPropertyNames().stream().sorted().toList()));
  }
}
