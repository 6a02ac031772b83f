package dev.hejin.scheduler.app.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The metrics that events move. All of them exist from the start, with zero. Labels are of fixed
 * sets: {@code docs/observability.md}. Without a registry, as in unit tests, nothing happens.
 */
public final class Meters {
  /** What an outcome of planning is. */
  public enum Planned {
    /** Became the target. */
    ADOPTED,
    /** The plan in force was kept. */
    KEPT,
    /** None fits. */
    INFEASIBLE
  }

  /** What was detected. */
  public enum Detection {
    NODE_LOST,
    DEVICE_SPEED,
    DEVICE_SET_ASIDE,
    DEVICE_RESTORED
  }

  /** What an order to a device is. */
  public enum Order {
    LOAD,
    ACTIVATE,
    RELEASE
  }

  /** Buckets of times, from a read to a load of weights. */
  static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private Meters() {}

  /** Makes every metric of this class, so that none is missing because nothing has happened yet. */
  public static void makeAll() {
    for (boolean is : List.of(true, false)) {
      solve(is);
      commit(is);
      for (Order order : Order.values()) {
        directive(order, is);
      }
    }
    for (Planned outcome : Planned.values()) {
      plans(outcome);
    }
    for (Detection kind : Detection.values()) {
      detections(kind);
    }
    gain();
    bytes();
    shards();
  }

  /** The planner has answered. */
  public static void solved(double seconds, boolean feasible) {
    solve(feasible).record(duration(seconds));
  }

  /** Events were written; unconfirmed: their fate is unknown. */
  public static void committed(double seconds, boolean confirmed) {
    commit(confirmed).record(duration(seconds));
  }

  /** A device has answered an order. */
  public static void directive(Order order, double seconds, boolean done) {
    directive(order, done).record(duration(seconds));
  }

  public static void planned(Planned outcome) {
    plans(outcome).increment();
  }

  public static void detected(Detection kind) {
    detections(kind).increment();
  }

  /**
   * A plan was weighed against the one in force.
   *
   * @param ratio of predicted throughputs, the new one's first
   */
  public static void weighed(double ratio) {
    gain().record(ratio);
  }

  /** A migration was begun. */
  public static void migrates(long bytes, long shards) {
    bytes().increment(bytes);
    shards().increment(shards);
  }

  private static Timer solve(boolean feasible) {
    return timer("hejin.planner.solve", "Time of the planner for one plan.")
        .tag("result", feasible ? "feasible" : "infeasible")
        .register(registry());
  }

  private static Timer commit(boolean confirmed) {
    return timer("hejin.log.commit", "Time from a transaction's begin to its confirmation.")
        .tag("outcome", confirmed ? "confirmed" : "unknown")
        .register(registry());
  }

  private static Timer directive(Order order, boolean done) {
    return timer("hejin.directive", "Time from an order to its acknowledgement.")
        .tag("action", text(order))
        .tag("outcome", done ? "done" : "failed")
        .register(registry());
  }

  private static Counter plans(Planned outcome) {
    return Counter.builder("hejin.plans")
        .description("Plans for deployments.")
        .tag("outcome", text(outcome))
        .register(registry());
  }

  private static Counter detections(Detection kind) {
    return Counter.builder("hejin.detections")
        .description("Detections that were committed.")
        .tag("kind", text(kind))
        .register(registry());
  }

  private static DistributionSummary gain() {
    return DistributionSummary.builder("hejin.plan.gain")
        .description("Predicted throughput of a new plan over that of the plan in force.")
        .baseUnit("ratio")
        .register(registry());
  }

  private static Counter bytes() {
    return Counter.builder("hejin.migration")
        .description("Bytes that adopted plans load.")
        .baseUnit("bytes")
        .register(registry());
  }

  private static Counter shards() {
    return Counter.builder("hejin.migration.shards")
        .description("Shards that adopted plans load.")
        .register(registry());
  }

  private static Timer.Builder timer(String name, String description) {
    return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS);
  }

  private static MeterRegistry registry() {
    return Metrics.globalRegistry;
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  /** As it is written in labels. */
  public static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
