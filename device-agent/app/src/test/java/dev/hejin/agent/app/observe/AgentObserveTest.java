package dev.hejin.agent.app.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AgentObserveTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  @Test
  void shouldExportWhatTheDocumentsList() throws IOException {
    // Given
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Metrics.addRegistry(registry);

    // When
    AgentMeters.makeAll(() -> 3, () -> 7L);
    AgentMeters.sampled(8);
    String text = registry.scrape();
    Metrics.removeRegistry(registry);

    // Then
    assertThat(names(text, "# TYPE (hejin_agent_\\w+) (\\w+)")).isEqualTo(documented());
    assertThat(text)
        .contains(
            "hejin_agent_samples_total 8",
            "hejin_agent_nodes_registered 3",
            "hejin_agent_telemetry_dropped_total 7",
            "hejin_agent_directive_seconds_count{action=\"load\",outcome=\"done\",} 0");
  }

  @Test
  void shouldGoOnWithTheTraceOfTheOrder() {
    // Given
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    GlobalOpenTelemetry.resetForTest();
    GlobalOpenTelemetry.set(
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build());

    // When
    WorkTrace.begin("00-" + TRACE + "-" + PARENT + "-01", "load", "chat", "n1/0", 0)
        .end(true, "", 5);
    WorkTrace.begin("00-" + TRACE + "-" + PARENT + "-01", "load", "chat", "n1/1", 0)
        .end(false, "no room", 5);
    WorkTrace.begin("", "load", "chat", "n1/2", 0).end(true, "", 5);
    GlobalOpenTelemetry.resetForTest();

    // Then
    assertThat(spans.getFinishedSpanItems())
        .hasSize(2)
        .allMatch(span -> span.getTraceId().equals(TRACE))
        .allMatch(span -> span.getParentSpanId().equals(PARENT))
        .extracting(SpanData::getName)
        .containsOnly("device load");
    assertThat(spans.getFinishedSpanItems().get(1).getStatus())
        .isEqualTo(StatusData.create(io.opentelemetry.api.trace.StatusCode.ERROR, "no room"));
  }

  private static TreeSet<String> documented() throws IOException {
    Path page =
        Path.of(System.getProperty("hejin.root"), "scheduler-service", "docs", "observability.md");
    return names(Files.readString(page), "\\| `(hejin_agent_\\w+)` \\| (\\w+) \\|.*");
  }

  private static TreeSet<String> names(String text, String pattern) {
    TreeSet<String> names = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher("");
    text.lines()
        .forEach(
            line -> {
              if (matcher.reset(line).matches()) {
                names.add(matcher.group(1) + " " + matcher.group(2));
              }
            });
    return names;
  }
}
