package dev.hejin.scheduler.app.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.agent.v1.Acknowledgement;
import dev.hejin.proto.agent.v1.AgentServiceGrpc;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.ConnectResponse;
import dev.hejin.proto.agent.v1.Directive;
import dev.hejin.proto.agent.v1.Outcome;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Health;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.DeploymentServiceGrpc;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.scheduler.app.store.BrokerProcess;
import dev.hejin.testing.ExportedMetrics;
import dev.hejin.testing.ObservabilityFiles;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One deployment on a real broker with a stand-in for an agent: metrics, trace, audit, health. */
@QuarkusTest
@TestProfile(ObservedSchedulerIT.Observed.class)
@WithTestResource(ObservedSchedulerIT.Broker.class)
class ObservedSchedulerIT {
  private static final String UP = "(?s)\\s*\\{\\s*\"status\"\\s*:\\s*\"UP\".*";

  private static final String CONFIG =
      """
      {"architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "hidden_size": 64,
       "num_hidden_layers": 2, "vocab_size": 100, "tie_word_embeddings": false,
       "torch_dtype": "bfloat16", "num_attention_heads": 4, "num_key_value_heads": 2,
       "intermediate_size": 96, "num_local_experts": 4, "num_experts_per_tok": 2}
      """;

  @Inject
  @SuppressWarnings("NullAway.Init")
  InMemorySpanExporter spans;

  /** With traces on. */
  public static final class Observed implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.otel.sdk.disabled", "false",
          "quarkus.otel.simple", "true",
          // The stand-in for an agent sends no heartbeats.
          "hejin.agents.heartbeat-interval", "60s",
          // The build tells tests where the sources are in a property of our prefix.
          "smallrye.config.mapping.validate-unknown", "false");
    }
  }

  /** A broker, and a port for gRPC. */
  public static final class Broker implements QuarkusTestResourceLifecycleManager {
    private @Nullable BrokerProcess broker;

    @Override
    public Map<String, String> start() {
      try (ServerSocket grpc = new ServerSocket(0);
          ServerSocket http = new ServerSocket(0)) {
        Path data = Files.createTempDirectory("hejin-observed-").resolve("data");
        BrokerProcess started = BrokerProcess.start(data, "0");
        broker = started;
        return Map.of(
            "hejin.kafka-bootstrap-servers",
            started.bootstrapServers(),
            "quarkus.grpc.server.test-port",
            String.valueOf(grpc.getLocalPort()),
            "quarkus.http.test-port",
            String.valueOf(http.getLocalPort()));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void stop() {
      if (broker != null) {
        broker.close();
      }
    }
  }

  @Test
  void shouldTellOfADeploymentFromCallToAcknowledgement() throws Exception {
    // Given
    assertThat(page("/q/health/live")).matches(UP);
    await("ready", () -> page("/q/health/ready").matches(UP));
    assertThat(page("/q/health/started")).matches(UP);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(
                "127.0.0.1", Integer.parseInt(setting("grpc.server.test-port")))
            .usePlaintext()
            .build();
    var calls = DeploymentServiceGrpc.newBlockingStub(channel);
    try (Agent agent = new Agent(channel)) {
      await("registered", () -> agent.registered);

      // When
      calls.createDeployment(
          CreateDeploymentRequest.newBuilder().setSpec(spec()).setRequestId("r-1").build());
      var get = GetDeploymentRequest.newBuilder().setName("tiny").build();
      await(
          "serving",
          () ->
              calls.getDeployment(get).getDeployment().getState()
                  == DeploymentState.DEPLOYMENT_STATE_SERVING);

      // Then
      assertOneTrace(agent);
      assertMetrics();
      assertQueriesFindTheirMetrics();
      assertAudit();
    } finally {
      channel.shutdownNow();
    }
  }

  private void assertOneTrace(Agent agent) throws Exception {
    await("directive spans", () -> named("directive").size() == agent.directives.size());
    List<SpanData> all = spans.getFinishedSpanItems();
    SpanData call =
        all.stream()
            .filter(s -> s.getName().contains("CreateDeployment"))
            .findFirst()
            .orElseThrow();
    SpanData plan = within(call, "plan");
    SpanData commit = within(call, "commit");
    assertThat(plan.getParentSpanId()).isEqualTo(call.getSpanId());
    assertThat(named("directive"))
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(s -> s.getTraceId().equals(call.getTraceId()))
        .allMatch(s -> s.getParentSpanId().equals(commit.getSpanId()))
        .allMatch(s -> s.getStatus().equals(StatusData.unset()));
    for (Directive directive : agent.directives) {
      String[] parts = directive.getTraceParent().split("-");
      assertThat(parts[1]).isEqualTo(call.getTraceId());
      assertThat(named("directive")).anyMatch(s -> s.getSpanId().equals(parts[2]));
    }
  }

  private SpanData within(SpanData call, String name) {
    return named(name).stream()
        .filter(span -> span.getTraceId().equals(call.getTraceId()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in the trace of the call"));
  }

  private List<SpanData> named(String prefix) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().startsWith(prefix))
        .toList();
  }

  private static void assertMetrics() throws Exception {
    await("gauges", () -> page("/q/metrics").contains("hejin_step_seconds{"));
    Map<String, String> exported = MetricsPage.exported(page("/q/metrics"));
    Map<String, String> documented = MetricsPage.documented("Scheduler");
    Map<String, String> expected = new TreeMap<>();
    for (Map.Entry<String, String> row : documented.entrySet()) {
      String name = row.getKey();
      if (name.endsWith("*")) {
        String prefix = name.substring(0, name.length() - 1);
        assertThat(exported.keySet()).as(name).anyMatch(each -> each.startsWith(prefix));
        exported.keySet().removeIf(each -> each.startsWith(prefix));
      } else if (name.startsWith("grpc_") && name.endsWith("_max")) {
        // "as above"
        exported.remove(name);
      } else {
        expected.put(name, row.getValue());
      }
    }
    assertThat(exported).isEqualTo(expected);
    assertThat(page("/q/metrics"))
        .contains("hejin_leader 1", "hejin_plans_total{outcome=\"adopted\",} 1")
        .containsPattern(
            "hejin_directive_seconds_count\\{action=\"load\",outcome=\"done\",} [1-9]");
  }

  /** Queries of dashboards and alerts, but for those of agents. */
  private static void assertQueriesFindTheirMetrics() throws Exception {
    List<ObservabilityFiles.Query> queries =
        ObservabilityFiles.queries(Path.of(System.getProperty("hejin.root"))).stream()
            .filter(query -> !query.isOfAgents())
            .toList();
    assertThat(queries).hasSizeGreaterThan(40);
    ExportedMetrics exported = ExportedMetrics.of(page("/q/metrics"));
    assertThat(ObservabilityFiles.problems(queries, exported)).isEmpty();
    assertThat(
            ObservabilityFiles.problems(
                List.of(
                    new ObservabilityFiles.Query("planted", "max(hejin_nodes{state=\"gone\"})")),
                exported))
        .hasSize(1);
  }

  private static void assertAudit() throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                setting("hejin.kafka-bootstrap-servers"),
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition("hejin.audit", 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<String> events = new ArrayList<>();
      await(
          "audit",
          () -> {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofMillis(100))) {
              events.add(new String(each.value(), StandardCharsets.UTF_8));
            }
            return events.stream().anyMatch(e -> e.contains("CreateDeployment"));
          });
      assertThat(events)
          .anyMatch(e -> e.contains("AgentService/Connect") && e.contains("\"target\":\"n1\""))
          .anyMatch(
              e ->
                  e.contains("CreateDeployment")
                      && e.contains("\"target\":\"tiny\"")
                      && e.contains("\"request_id\":\"r-1\"")
                      && e.contains("\"outcome\":\"OK\"")
                      && e.contains("\"roles\":[\"admin\",\"agent\"]")
                      && e.matches(".*\"revision\":\"[1-9][0-9]*\".*"));
    }
  }

  private static DeploymentSpec spec() {
    return DeploymentSpec.newBuilder()
        .setName("tiny")
        .setModel(ModelSource.newBuilder().setName("tiny").setConfigJson(CONFIG))
        .setWorkload(Workload.newBuilder().setBatchTokens(64).setContextTokens(128))
        .build();
  }

  private static String setting(String name) {
    String full = name.startsWith("hejin") ? name : "quarkus." + name;
    return ConfigProvider.getConfig().getValue(full, String.class);
  }

  private static String page(String path) throws Exception {
    String port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", String.class);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Accept", "text/plain")
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not in time: " + what);
      }
      Thread.sleep(100);
    }
  }

  /** Says yes to everything. */
  private static final class Agent implements StreamObserver<ConnectResponse>, AutoCloseable {
    final List<Directive> directives = new CopyOnWriteArrayList<>();
    volatile boolean registered;
    private final StreamObserver<ConnectRequest> requests;

    Agent(ManagedChannel channel) {
      requests = AgentServiceGrpc.newStub(channel).connect(this);
      NodeCapability.Builder node = NodeCapability.newBuilder().setNodeId("n1");
      for (int i = 0; i < 2; i++) {
        node.addDevices(
            DeviceCapability.newBuilder()
                .setDeviceId("n1/" + i)
                .setVendor("NVIDIA")
                .setChip("H20-SXM-96GB")
                .setHealth(Health.HEALTH_HEALTHY)
                .setSimulated(true));
      }
      requests.onNext(
          ConnectRequest.newBuilder()
              .setRegister(
                  Register.newBuilder()
                      .setProtocolVersion(1)
                      .setInstanceId("i")
                      .setAgentVersion("test")
                      .setCapability(node))
              .build());
    }

    @Override
    public synchronized void onNext(ConnectResponse response) {
      registered |= response.hasRegistered();
      if (response.hasDirective()) {
        Directive directive = response.getDirective();
        directives.add(directive);
        requests.onNext(
            ConnectRequest.newBuilder()
                .setAcknowledgement(
                    Acknowledgement.newBuilder()
                        .setDirectiveId(directive.getDirectiveId())
                        .setOutcome(Outcome.OUTCOME_DONE))
                .build());
      }
    }

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}

    @Override
    public void close() {
      requests.onCompleted();
    }
  }
}
