package dev.hejin.agent.app.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The metrics of the agent. Without a registry, as in unit tests, nothing happens. The scheduler
 * service's {@code docs/observability.md} lists them.
 */
public final class AgentMeters {
  private static final List<String> ACTIONS = List.of("load", "activate", "release");

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private AgentMeters() {}

  /**
   * Makes every metric, so that none is missing because nothing has happened yet.
   *
   * @param registered nodes that the scheduler has accepted
   * @param dropped telemetry records that were lost
   */
  public static void makeAll(Supplier<Number> registered, Supplier<Number> dropped) {
    for (String action : ACTIONS) {
      directives(action, true);
      directives(action, false);
    }
    samples();
    probes();
    Gauge.builder("hejin.agent.nodes.registered", registered)
        .description("Nodes of this process that the scheduler has accepted.")
        .register(Metrics.globalRegistry);
    FunctionCounter.builder(
            "hejin.agent.telemetry.dropped", dropped, count -> count.get().doubleValue())
        .description("Telemetry that was dropped because the broker did not take it.")
        .register(Metrics.globalRegistry);
  }

  /** Device samples were taken. */
  public static void sampled(long count) {
    samples().increment(count);
  }

  /** All probes have answered once. */
  public static void probed(double seconds) {
    probes().record(duration(seconds));
  }

  /** An order has had its effect, or was refused. */
  public static void directive(String action, double seconds, boolean done) {
    directives(action, done).record(duration(seconds));
  }

  private static Counter samples() {
    return Counter.builder("hejin.agent.samples")
        .description("Device samples that were taken.")
        .register(Metrics.globalRegistry);
  }

  private static Timer probes() {
    return Timer.builder("hejin.agent.probe")
        .description("Time in which all probes of the node answer.")
        .serviceLevelObjectives(BUCKETS)
        .register(Metrics.globalRegistry);
  }

  private static Timer directives(String action, boolean done) {
    return Timer.builder("hejin.agent.directive")
        .description("Time from an order's arrival to its effect.")
        .serviceLevelObjectives(BUCKETS)
        .tag("action", ACTIONS.contains(action) ? action : "none")
        .tag("outcome", done ? "done" : "failed")
        .register(Metrics.globalRegistry);
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
