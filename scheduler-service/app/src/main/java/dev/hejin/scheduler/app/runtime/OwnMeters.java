package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.observe.Gauges;
import dev.hejin.scheduler.app.telemetry.MalformedRecords;
import dev.hejin.scheduler.app.telemetry.TelemetryCounters;
import dev.hejin.scheduler.app.telemetry.TelemetryStreams;
import java.util.function.Supplier;

/** Metrics of counts that telemetry keeps itself. */
final class OwnMeters {
  private OwnMeters() {}

  static void make(TelemetryStreams streams) {
    telemetry("aggregated", TelemetryCounters::samples);
    telemetry("late", TelemetryCounters::lateRecords);
    telemetry("duplicate", TelemetryCounters::duplicates);
    telemetry("overflow", TelemetryCounters::overflows);
    telemetry("malformed", MalformedRecords::total);
    Gauges.gauge(
        "hejin.telemetry.lag.records",
        "Telemetry records that wait at the broker, of the partition with the most.",
        streams::lagRecords);
  }

  private static void telemetry(String result, Supplier<Number> count) {
    Gauges.counter(
        "hejin.telemetry.samples", "Telemetry by what became of it.", "result", result, count);
  }
}
