package dev.hejin.scheduler.app.observe;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spans, and the W3C {@code traceparent} by which a trace goes on in another process, perhaps much
 * later. While nothing collects traces, all of this does nothing and every traceparent is empty.
 */
public final class Traces {
  private static final String NAME = "dev.hejin.scheduler";
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

  private Traces() {}

  /** The trace that the current thread works for; empty when it works for none. */
  public static String traceParent() {
    return traceParent(Context.current());
  }

  private static String traceParent(Context context) {
    Map<String, String> carrier = new HashMap<>();
    W3CTraceContextPropagator.getInstance()
        .inject(context, carrier, (map, key, value) -> map.put(key, value));
    return carrier.getOrDefault(TRACE_PARENT, "");
  }

  /** Does something within a span of its own. */
  public static <T> T within(String name, Supplier<T> work) {
    if (traceParent().isEmpty()) {
      return work.get();
    }
    Span span = GlobalOpenTelemetry.getTracer(NAME).spanBuilder(name).startSpan();
    try (Scope scope = span.makeCurrent()) {
      return work.get();
    } catch (RuntimeException e) {
      span.setStatus(StatusCode.ERROR, String.valueOf(e.getMessage()));
      throw e;
    } finally {
      span.end();
    }
  }

  /** A span that ends elsewhere. */
  public static final class Open {
    private static final Open NONE = new Open(Span.getInvalid(), "");

    private final Span span;
    private final String traceParent;

    private Open(Span span, String traceParent) {
      this.span = span;
      this.traceParent = traceParent;
    }

    /** For whoever goes on with the trace. */
    public String traceParent() {
      return traceParent;
    }

    public void end(boolean done) {
      if (!done) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }

  /**
   * Begins the span of an order to a device.
   *
   * @param parent trace that it belongs to; empty for none: then there is no span
   */
  public static Open order(String parent, String action, String deployment, String device) {
    if (parent.isEmpty()) {
      return Open.NONE;
    }
    Context context =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), parent, GETTER);
    Span span =
        GlobalOpenTelemetry.getTracer(NAME)
            .spanBuilder("directive " + action)
            .setParent(context)
            .setSpanKind(SpanKind.PRODUCER)
            .setAttribute("hejin.deployment", deployment)
            .setAttribute("hejin.device", device)
            .startSpan();
    return new Open(span, traceParent(context.with(span)));
  }

  /** The work with the trace of the thread that hands it over. */
  public static Runnable carried(Runnable work) {
    return Context.current().wrap(work);
  }
}
