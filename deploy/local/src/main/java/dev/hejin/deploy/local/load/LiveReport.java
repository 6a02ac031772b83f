package dev.hejin.deploy.local.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.hejin.lab.report.ResultFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * All that a live load saw.
 *
 * @param settings what it was told, and the machine it ran on
 * @param steps by rising rate, at least one
 * @param broken what broke at the last of them, the first first; empty when nothing did
 */
record LiveReport(Map<String, Object> settings, List<LiveStep> steps, List<String> broken) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  LiveReport {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    steps = List.copyOf(steps);
    broken = List.copyOf(broken);
  }

  static LiveReport of(
      LiveOptions live, LoadOptions options, List<LiveStep> steps, List<String> broken) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    settings.put("processors", Runtime.getRuntime().availableProcessors());
    settings.put("target", Objects.requireNonNullElse(live.target(), "processes of its own"));
    if (live.target() == null) {
      settings.put("nodes", live.pool().nodes);
      settings.put("devices", live.pool().devices());
      settings.put("telemetrySamplesPerDeviceAndSecond", live.telemetryHertz());
      settings.put("changesPerMinute", live.changesPerMinute());
      settings.put("heap", options.heap);
      settings.put("schedulerSettings", options.settings);
      settings.put("machineOptions", options.machine);
    }
    settings.put("model", live.pool().model);
    settings.put("mix", live.mix().parts());
    settings.put("secondsPerRate", live.seconds());
    settings.put("seed", live.seed());
    return new LiveReport(settings, steps, broken);
  }

  /** First rate at which something broke; NaN when nothing did. */
  private double kneeCallsPerSecond() {
    return broken.isEmpty() ? Double.NaN : steps.getLast().callsPerSecond();
  }

  /** Highest rate at which nothing broke; NaN without one. */
  private double bearsCallsPerSecond() {
    int good = broken.isEmpty() ? steps.size() : steps.size() - 1;
    return good == 0 ? Double.NaN : steps.get(good - 1).callsPerSecond();
  }

  /** In one sentence. */
  String verdict() {
    if (broken.isEmpty()) {
      return String.format(
          Locale.ROOT, "nothing broke up to %.0f calls/s; no knee found", bearsCallsPerSecond());
    }
    return String.format(
        Locale.ROOT,
        "knee at %.0f calls/s%s; broke first: %s",
        kneeCallsPerSecond(),
        Double.isNaN(bearsCallsPerSecond())
            ? ", the first rate"
            : String.format(Locale.ROOT, ", %.0f were borne", bearsCallsPerSecond()),
        String.join("; ", broken));
  }

  String json() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("verdict", verdict());
    document.put("kneeCallsPerSecond", known(kneeCallsPerSecond()));
    document.put("bearsCallsPerSecond", known(bearsCallsPerSecond()));
    document.put("broken", broken);
    document.put("settings", settings);
    document.put("steps", steps);
    document.put("notes", steps.stream().flatMap(s -> Knee.caveats(s).stream()).toList());
    try {
      return JSON.writeValueAsString(document) + "\n";
    } catch (IOException e) {
      throw new IllegalStateException("a report that is no JSON", e);
    }
  }

  private static Object known(double value) {
    return Double.isNaN(value) ? "none" : value;
  }

  /** The figures, and a page beside them when the name is that of a page. */
  void write(Path file) {
    String name = String.valueOf(file.getFileName());
    boolean page = name.endsWith(".html");
    Path figures =
        page
            ? file.resolveSibling(name.substring(0, name.length() - ".html".length()) + ".json")
            : file;
    ResultFile.write(figures, json());
    if (page) {
      ResultFile.write(file, LivePage.of(this));
    }
  }
}
