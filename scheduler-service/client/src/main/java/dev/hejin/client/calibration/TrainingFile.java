package dev.hejin.client.calibration;

import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.JsonFile;
import dev.hejin.scheduler.cost.serving.ServingDevice;
import dev.hejin.scheduler.cost.training.MeasuredLayer;
import dev.hejin.scheduler.cost.training.TrainingDevice;
import dev.hejin.scheduler.cost.training.TrainingLayout;
import dev.hejin.scheduler.cost.training.TrainingPhase;
import dev.hejin.scheduler.cost.training.TrainingStep;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a YAML description of a training run: model, layout, one measured layer, phases. */
final class TrainingFile {
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "layout", Set.of("ranks", "expert_parallel", "devices", "imbalance"),
          "layer",
              Set.of(
                  "tokens",
                  "sequence_tokens",
                  "pair_ms",
                  "compute_share",
                  "exchange_share",
                  "attention_forward_ms",
                  "attention_backward_ms"),
          "achieved",
              Set.of(
                  "wide_share",
                  "grouped_share",
                  "memory_share",
                  "link_gbytes_per_s",
                  "network_gbytes_per_s"),
          "phase", Set.of("tokens", "sequences", "sequence_tokens"));
  private static final double MILLI = 1e-3;
  private static final double GIGA = 1e9;

  private final Path file;
  private final TreeMap<String, Double> numbers = new TreeMap<>();
  private final TreeMap<String, String> texts = new TreeMap<>();
  private final List<TrainingPhase> phases = new ArrayList<>();

  private TrainingFile(Path file) {
    this.file = file;
  }

  /**
   * A training run.
   *
   * @param publishedDeviceHours NaN when the file does not say
   */
  record Run(
      ModelSpec model,
      TrainingStep step,
      List<TrainingPhase> phases,
      double usdPerDeviceHour,
      double publishedDeviceHours) {
    Run {
      phases = List.copyOf(phases);
    }
  }

  static Run read(Path file) {
    TrainingFile reader = new TrainingFile(file);
    JsonFile.readYaml(file, reader::top);
    try {
      return reader.run();
    } catch (IllegalArgumentException e) {
      throw BadFile.whole(file, firstLine(e), fix(e));
    } catch (UnpredictableException e) {
      throw BadFile.field(
          file, "system", reader.text("system"), e.reason(), "it is spelled another way");
    }
  }

  private static String firstLine(IllegalArgumentException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static String fix(IllegalArgumentException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> line.startsWith("Maybe "))
        .map(line -> line.substring("Maybe ".length()).replaceAll("\\.$", ""))
        .findFirst()
        .orElse("a number is missing");
  }

  private void top(String name, JsonFile yaml) throws IOException {
    switch (name) {
      case "model", "system" -> texts.put(name, yaml.text(name));
      case "usd_per_device_hour", "published_device_hours" -> numbers.put(name, yaml.number(name));
      case "layout", "layer", "achieved" ->
          yaml.object(name, (field, inner) -> member(name, field, inner));
      case "phases" -> yaml.list(name, this::phase);
      default -> throw unknown(name);
    }
  }

  private RuntimeException unknown(String name) {
    return BadFile.field(file, name, "", "no field of a training run", "it is spelled another way");
  }

  private void member(String part, String field, JsonFile yaml) throws IOException {
    if (!FIELDS.getOrDefault(part, Set.of()).contains(field)) {
      throw unknown(part + "." + field);
    }
    String name = part + "." + field;
    numbers.put(name, yaml.number(name));
  }

  private void phase(String name, JsonFile yaml) throws IOException {
    TreeMap<String, Double> values = new TreeMap<>();
    String[] label = {name};
    yaml.object(
        name,
        (field, inner) -> {
          if (field.equals("name")) {
            label[0] = inner.text(name + ".name");
          } else if (FIELDS.getOrDefault("phase", Set.of()).contains(field)) {
            values.put(field, inner.number(name + "." + field));
          } else {
            throw unknown(name + "." + field);
          }
        });
    for (String field : new TreeSet<>(FIELDS.getOrDefault("phase", Set.of()))) {
      if (!values.containsKey(field)) {
        throw missing(name + "." + field);
      }
    }
    phases.add(
        new TrainingPhase(
            label[0],
            values.getOrDefault("tokens", Double.NaN),
            values.getOrDefault("sequences", Double.NaN),
            values.getOrDefault("sequence_tokens", Double.NaN)));
  }

  private RuntimeException missing(String field) {
    return BadFile.whole(file, "field " + field + " is missing", "add it, with its source");
  }

  private double number(String field) {
    Double value = numbers.get(field);
    if (value == null) {
      throw missing(field);
    }
    return value;
  }

  private int whole(String field) {
    double value = number(field);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw BadFile.field(file, field, value, "not a whole number", "round it");
    }
    return (int) value;
  }

  private String text(String field) {
    String value = texts.get(field);
    if (value == null) {
      throw missing(field);
    }
    return value;
  }

  private Run run() {
    String name = text("model");
    ModelSpec model =
        ModelCatalog.bundled()
            .resolve(name)
            .orElseThrow(
                () ->
                    BadFile.field(
                        file, "model", name, "not in the catalogue", "see ./hejin plan --help"));
    if (phases.isEmpty()) {
      throw missing("phases");
    }
    TrainingLayout layout =
        new TrainingLayout(
            whole("layout.ranks"),
            whole("layout.expert_parallel"),
            whole("layout.devices"),
            number("layout.imbalance"));
    MeasuredLayer layer =
        new MeasuredLayer(
            number("layer.tokens"),
            number("layer.sequence_tokens"),
            number("layer.pair_ms") * MILLI,
            number("layer.compute_share"),
            number("layer.exchange_share"),
            number("layer.attention_forward_ms") * MILLI,
            number("layer.attention_backward_ms") * MILLI);
    return new Run(
        model,
        new TrainingStep(model, layer, layout, device()),
        phases,
        numbers.getOrDefault("usd_per_device_hour", 0.0),
        numbers.getOrDefault("published_device_hours", Double.NaN));
  }

  private TrainingDevice device() {
    ServingDevice chip = new Systems().of(text("system")).serving();
    return new TrainingDevice(
        chip.wideOpsPerSecond() * number("achieved.wide_share"),
        chip.byteOpsPerSecond() * number("achieved.grouped_share"),
        chip.memoryBytesPerSecond() * number("achieved.memory_share"),
        number("achieved.link_gbytes_per_s") * GIGA,
        number("achieved.network_gbytes_per_s") * GIGA,
        chip.devicesPerNode());
  }
}
