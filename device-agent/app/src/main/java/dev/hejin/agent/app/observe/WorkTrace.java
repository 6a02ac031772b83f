package dev.hejin.agent.app.observe;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The agent's work for one order, as a span of the trace that the order names, and its time. */
public final class WorkTrace {
  private static final String TRACE_PARENT = "traceparent";

  private static final TextMapGetter<String> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
          return List.of(TRACE_PARENT);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
          return key.equals(TRACE_PARENT) ? carrier : null;
        }
      };

  private final Span span;
  private final String action;
  private final long startNanos;

  private WorkTrace(Span span, String action, long startNanos) {
    this.span = span;
    this.action = action;
    this.startNanos = startNanos;
  }

  /**
   * @param traceParent W3C traceparent of the order; empty: there is no span
   * @param action load, activate or release
   */
  public static WorkTrace begin(
      String traceParent, String action, String deployment, String device, long nowNanos) {
    if (traceParent.isEmpty()) {
      return new WorkTrace(Span.getInvalid(), action, nowNanos);
    }
    Span span =
        GlobalOpenTelemetry.getTracer("dev.hejin.agent")
            .spanBuilder("device " + action)
            .setParent(
                W3CTraceContextPropagator.getInstance()
                    .extract(Context.root(), traceParent, GETTER))
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute("hejin.deployment", deployment)
            .setAttribute("hejin.device", device)
            .startSpan();
    return new WorkTrace(span, action, nowNanos);
  }

  /** The order has had its effect, or was refused. */
  public void end(boolean done, String reason, long nowNanos) {
    AgentMeters.directive(action, (nowNanos - startNanos) / 1e9, done);
    if (!done) {
      span.setStatus(StatusCode.ERROR, reason);
    }
    span.end();
  }

  /** Nobody waits for the answer any more. */
  public void abandon() {
    span.setStatus(StatusCode.ERROR, "the session is over");
    span.end();
  }
}
