package dev.hejin.lab.trial;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one trial measured.
 *
 * @param measures figures by {@link Measure}; one that this trial could not tell is left out
 * @param series how figures went over time
 * @param heat device load by layer, at the end
 * @param stages what each pipeline stage did in a typical stretch
 * @param events what happened: faults, plans, migrations
 * @param simulatedEvents events that the simulation worked through
 * @param failure empty, or why the trial came to nothing: then the measures do not count
 */
public record TrialResult(
    Map<Measure, Double> measures,
    List<Series> series,
    List<HeatMap> heat,
    List<StageSpan> stages,
    List<WorldEvent> events,
    long simulatedEvents,
    String failure) {
  /** Checks and copies, keeping the order. */
  public TrialResult {
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    series = List.copyOf(series);
    heat = List.copyOf(heat);
    stages = List.copyOf(stages);
    events = List.copyOf(events);
    requireNonNull(failure, "failure");
  }

  /** A trial that came to nothing. */
  public static TrialResult failed(String why) {
    return new TrialResult(Map.of(), List.of(), List.of(), List.of(), List.of(), 0, why);
  }

  /** Returns whether the measures count. */
  public boolean succeeded() {
    return failure.isEmpty();
  }

  /**
   * A figure over time.
   *
   * @param name such as {@code throughput} or {@code balancedness}
   * @param unit such as {@code tokens/s}; empty for a share
   * @param seconds simulated time of each value, ascending
   * @param values as many
   */
  public record Series(String name, String unit, List<Double> seconds, List<Double> values) {
    /** Checks and copies. */
    public Series {
      requireNonNull(name, "name");
      requireNonNull(unit, "unit");
      seconds = List.copyOf(seconds);
      values = List.copyOf(values);
      if (seconds.size() != values.size()) {
        throw new IllegalArgumentException(
            name + " has " + values.size() + " values at " + seconds.size() + " times");
      }
    }
  }

  /**
   * Load of each device in each layer, 1 is the layer's mean.
   *
   * @param name what it is of, such as the deployment
   * @param rows devices
   * @param columns layers
   * @param values by row and column; NaN where a device has no part in a layer
   */
  public record HeatMap(
      String name, List<String> rows, List<String> columns, List<List<Double>> values) {
    /** Checks and copies. */
    public HeatMap {
      requireNonNull(name, "name");
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
      values = values.stream().map(List::copyOf).toList();
    }
  }

  /**
   * One bar of the Gantt view.
   *
   * @param stage such as {@code stage 0, 16 x H20}
   * @param microbatch number of the microbatch, from 0
   * @param part such as {@code compute}, {@code transfer} or {@code wait}
   */
  public record StageSpan(
      String stage, int microbatch, String part, double startSeconds, double endSeconds) {
    /** Checks that there are names. */
    public StageSpan {
      requireNonNull(stage, "stage");
      requireNonNull(part, "part");
    }
  }

  /**
   * Something that happened.
   *
   * @param kind {@code fault}, {@code recovery}, {@code plan}, {@code migration} or {@code traffic}
   * @param text one line for people
   */
  public record WorldEvent(double seconds, String kind, String text) {
    /** Checks that there are words. */
    public WorldEvent {
      requireNonNull(kind, "kind");
      requireNonNull(text, "text");
    }
  }
}
