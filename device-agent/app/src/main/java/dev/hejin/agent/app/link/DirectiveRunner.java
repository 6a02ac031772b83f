package dev.hejin.agent.app.link;

import dev.hejin.agent.app.codec.DirectiveCodec;
import dev.hejin.agent.app.observe.WorkTrace;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.DirectiveQueue;
import dev.hejin.agent.reconcile.DirectiveResult;
import dev.hejin.proto.agent.v1.Directive;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Carries out the orders of one node's devices. Used on the loop thread only. */
final class DirectiveRunner {
  private static final Logger LOG = Logger.getLogger(DirectiveRunner.class);

  private final ScheduledExecutorService loop;
  private final LongSupplier nanoClock;
  private final Consumer<DirectiveResult> results;
  private final Map<String, Line> lines = new TreeMap<>();
  private final Map<String, WorkTrace> traces = new TreeMap<>();
  private String lastFailure = "";

  DirectiveRunner(
      Map<String, DeviceDriver> drivers,
      ScheduledExecutorService loop,
      LongSupplier nanoClock,
      Consumer<DirectiveResult> results) {
    this.loop = loop;
    this.nanoClock = nanoClock;
    this.results = results;
    drivers.forEach((id, driver) -> lines.put(id, new Line(driver)));
  }

  void accept(Directive message) {
    var unused =
        traces.computeIfAbsent(
            message.getDirectiveId(),
            id ->
                WorkTrace.begin(
                    message.getTraceParent(),
                    message.getActionCase().name().toLowerCase(Locale.ROOT),
                    message.getDeploymentId(),
                    message.getDeviceId(),
                    nanoClock.getAsLong()));
    Line line = lines.get(message.getDeviceId());
    if (line == null) {
      refuse(message, "device_id is " + message.getDeviceId() + ", no device of this node");
      return;
    }
    try {
      if (line.queue.add(DirectiveCodec.fromProto(message)) && line.wakeUp == null) {
        line.run();
      }
    } catch (IllegalArgumentException e) {
      refuse(message, String.valueOf(e.getMessage()));
    }
  }

  /** Forgets all orders that have not taken effect: the stream that wants the answers is gone. */
  void clear() {
    lines.values().forEach(Line::clear);
    traces.values().forEach(WorkTrace::abandon);
    traces.clear();
  }

  private void refuse(Directive message, String reason) {
    report(new DirectiveResult(message.getDirectiveId(), message.getEpoch(), false, reason, 0));
  }

  private void report(DirectiveResult result) {
    // A scheduler that asks again and again is told each time, the log once.
    if (!result.done() && !result.reason().equals(lastFailure)) {
      lastFailure = result.reason();
      LOG.infof("directive %s failed: %s", result.directiveId(), oneLine(result.reason()));
    }
    WorkTrace trace = traces.remove(result.directiveId());
    if (trace != null) {
      trace.end(result.done(), oneLine(result.reason()), nanoClock.getAsLong());
    }
    results.accept(result);
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }

  /** The orders of one device. */
  private final class Line {
    private final DirectiveQueue queue;
    private @Nullable ScheduledFuture<?> wakeUp;

    Line(DeviceDriver driver) {
      this.queue = new DirectiveQueue(driver);
    }

    void run() {
      wakeUp = null;
      DirectiveQueue.Progress progress = queue.run(nanoClock.getAsLong());
      progress.results().forEach(DirectiveRunner.this::report);
      if (progress.waitNanos().isPresent()) {
        wakeUp = loop.schedule(this::run, progress.waitNanos().getAsLong(), TimeUnit.NANOSECONDS);
      }
    }

    void clear() {
      ScheduledFuture<?> pending = wakeUp;
      if (pending != null) {
        pending.cancel(false);
        wakeUp = null;
      }
      queue.clear(nanoClock.getAsLong());
    }
  }
}
