package dev.hejin.scheduler.app.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The metrics that show how things are: pushed every few seconds by whoever knows. */
public final class Gauges {
  private final MultiGauge nodes = multi("hejin.nodes", "Nodes of the pool.", "");
  private final MultiGauge devices = multi("hejin.devices", "Devices of the pool.", "");
  private final MultiGauge epoch =
      multi("hejin.deployment.epoch", "Epoch of the deployment's target.", "");
  private final MultiGauge unserved =
      multi("hejin.deployment.unserved", "Experts and layers without a live replica.", "");
  private final MultiGauge balancedness =
      multi(
          "hejin.expert.balancedness", "Mean over largest device time, mean over stages.", "ratio");
  private final MultiGauge step =
      multi("hejin.step", "Time of one step of the slowest stage.", "seconds");
  private volatile StateFigures figures = StateFigures.NONE;

  public Gauges() {
    gauge("hejin.leader", "1 while this scheduler leads and can commit.", f -> f.leads() ? 1 : 0);
    gauge("hejin.ready", "1 while this scheduler can do its part.", f -> f.ready() ? 1 : 0);
    gauge("hejin.leader.term", "Term of the leader that the log names last.", StateFigures::term);
    gauge("hejin.log.revision", "Revision that was come to.", StateFigures::revision);
    gauge(
        "hejin.nodes.connected",
        "Nodes with an open session at this scheduler.",
        StateFigures::connectedNodes);
  }

  /** Shows these from now on. */
  public void show(StateFigures now) {
    figures = now;
    nodes.register(rows(now.nodes()), true);
    devices.register(rows(now.devices()), true);
    epoch.register(rows(now, StateFigures.Deployment::epoch), true);
    unserved.register(rows(now, StateFigures.Deployment::unserved), true);
    balancedness.register(rows(now, StateFigures.Deployment::balancedness), true);
    step.register(
        now.deployments().stream()
            .<MultiGauge.Row<?>>mapMulti(
                (each, rows) -> {
                  rows.accept(
                      MultiGauge.Row.of(
                          Tags.of("deployment", each.name(), "source", "predicted"),
                          each.predictedStepSeconds()));
                  rows.accept(
                      MultiGauge.Row.of(
                          Tags.of("deployment", each.name(), "source", "observed"),
                          each.observedStepSeconds()));
                })
            .toList(),
        true);
  }

  /** A figure that somebody else keeps. */
  public static void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(Metrics.globalRegistry);
  }

  /** A count that somebody else keeps, and its label. */
  public static void counter(
      String name, String description, String label, String labelValue, Supplier<Number> value) {
    FunctionCounter.builder(name, value, counted -> counted.get().doubleValue())
        .description(description)
        .tag(label, labelValue)
        .register(Metrics.globalRegistry);
  }

  private void gauge(String name, String description, ToDoubleFunction<StateFigures> value) {
    Gauge.builder(name, this, self -> value.applyAsDouble(self.figures))
        .description(description)
        .register(Metrics.globalRegistry);
  }

  private static MultiGauge multi(String name, String description, String unit) {
    return MultiGauge.builder(name)
        .description(description)
        .baseUnit(unit.isEmpty() ? null : unit)
        .register(Metrics.globalRegistry);
  }

  private static List<MultiGauge.Row<?>> rows(List<StateFigures.Counted> counted) {
    return counted.stream()
        .<MultiGauge.Row<?>>map(
            each -> MultiGauge.Row.of(Tags.of("state", each.state()), each.count()))
        .toList();
  }

  private static List<MultiGauge.Row<?>> rows(
      StateFigures now, Function<StateFigures.Deployment, Number> value) {
    return now.deployments().stream()
        .<MultiGauge.Row<?>>map(
            each -> MultiGauge.Row.of(Tags.of("deployment", each.name()), value.apply(each)))
        .toList();
  }
}
