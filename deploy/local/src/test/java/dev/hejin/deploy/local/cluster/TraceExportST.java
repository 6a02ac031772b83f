package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.deploy.local.cluster.TraceCollector.Received;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Scheduler and agents send spans to a collector, and one trace goes through all of them. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TraceExportST {
  private static final String SCHEDULER = "hejin-scheduler";
  private static final String AGENT = "hejin-device-agent";

  private final TraceCollector collector;
  private final SystemCluster cluster;

  TraceExportST() throws IOException {
    collector = new TraceCollector();
    cluster =
        new SystemCluster("trace-export", 200)
            .withEnvironment(
                Map.of(
                    "QUARKUS_OTEL_SDK_DISABLED", "false",
                    "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint(),
                    "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "200ms"));
  }

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start();
  }

  @AfterAll
  void close() {
    cluster.close();
    collector.close();
  }

  @Test
  void shouldSendOneTraceFromTheCallToTheDevices() throws InterruptedException {
    // When
    new SystemDeployment(cluster, "traced").serving();

    // Then
    Await.until("a trace is whole", SystemDeployment.LIMIT, () -> !wholeTraces().isEmpty());
    assertThat(wholeTraces()).as("traces of one deployment").hasSize(1);
  }

  private List<String> wholeTraces() {
    List<Received> spans = collector.spans();
    return spans.stream()
        .map(Received::trace)
        .distinct()
        .filter(
            trace ->
                has(spans, trace, SCHEDULER, "hejin.deployment.v1.")
                    && has(spans, trace, SCHEDULER, "plan")
                    && has(spans, trace, SCHEDULER, "commit")
                    && has(spans, trace, SCHEDULER, "directive load")
                    && has(spans, trace, SCHEDULER, "directive activate")
                    && has(spans, trace, AGENT, "device load")
                    && has(spans, trace, AGENT, "device activate"))
        .toList();
  }

  private static boolean has(List<Received> spans, String trace, String service, String name) {
    return spans.stream()
        .anyMatch(
            span ->
                span.trace().equals(trace)
                    && span.service().equals(service)
                    && span.name().toLowerCase(Locale.ROOT).startsWith(name));
  }
}
