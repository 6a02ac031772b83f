package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.deploy.local.process.ChildProcess;
import dev.hejin.deploy.local.process.Installation;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Provenance;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.DeleteDeploymentRequest;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.testing.ExportedMetrics;
import dev.hejin.testing.ObservabilityFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The real way on the device that every machine has: its host is probed, measured, reported,
 * planned on, and an engine's command is told to load and serve; then the agent is killed with a
 * load behind it, and the next one knows it. Nothing here is simulated but the engine, which writes
 * down what it is told.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostNodeST {
  private static final String NODE = "this-host";
  private static final String NAME = "small";
  private static final String NO_PROBES = "/usr/bin:/bin";

  /** A mixture of experts of some 50 MiB. */
  private static final String CONFIG =
      """
      {"architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "hidden_size": 256,
       "intermediate_size": 512, "moe_intermediate_size": 128, "num_hidden_layers": 4,
       "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 32, "num_experts": 16,
       "num_experts_per_tok": 2, "norm_topk_prob": true, "decoder_sparse_step": 1,
       "mlp_only_layers": [], "vocab_size": 32000, "max_position_embeddings": 4096,
       "tie_word_embeddings": false, "torch_dtype": "bfloat16", "rms_norm_eps": 1e-6,
       "rope_theta": 10000.0, "hidden_act": "silu"}
      """;

  private final SystemCluster cluster = new SystemCluster("host-node", 1);
  private final int pagesPort = Installation.freePort();
  private Path state = Path.of("");
  private Path orders = Path.of("");

  @BeforeAll
  void start() throws InterruptedException {
    state = cluster.folder().resolve("state");
    orders = cluster.folder().resolve("orders.json");
    cluster.startBroker();
    cluster.startScheduler();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldGoTheWholeRealWay() throws InterruptedException, IOException {
    // Given
    measure();
    ChildProcess agent = startAgent("agent");

    // When
    create();
    awaitServing();

    // Then
    DeviceCapability device = cluster.devices().getFirst().getCapability();
    System.out.printf(
        "host: %.3g bytes/s, %s%n",
        device.getMemoryBandwidthBytesPerSecond().getValue(), device.getPeakRatesList());
    assertThat(device.getVendor()).isEqualTo("host");
    assertThat(device.getSimulated()).isFalse();
    assertThat(device.getMemoryBytes().getProvenance()).isEqualTo(Provenance.PROVENANCE_DRIVER);
    assertThat(device.getMemoryBandwidthBytesPerSecond().getProvenance())
        .isEqualTo(Provenance.PROVENANCE_MEASURED);
    assertThat(device.getPeakRatesList())
        .isNotEmpty()
        .allMatch(rate -> rate.getOpsPerSecond().getProvenance() == Provenance.PROVENANCE_MEASURED);
    String told = Files.readString(orders);
    assertThat(told).contains("\"action\":\"load\"").contains("\"action\":\"activate\"");
    assertQueriesFindTheirMetrics();

    // And: killed, it comes back with all that the engine holds, and nothing is loaded again
    int shards = cluster.devices().getFirst().getShardCount();
    assertThat(shards).isGreaterThan(4 * 16);
    cluster.kill(agent);
    startAgent("agent-again");
    awaitServing();
    Await.until(
        "all shards are known again",
        SystemDeployment.LIMIT,
        () -> cluster.devices().getFirst().getShardCount() == shards);
    assertThat(loads(Files.readString(orders))).isEqualTo(loads(told));

    // And: a deleted deployment is released
    cluster
        .connection()
        .deployments()
        .deleteDeployment(DeleteDeploymentRequest.newBuilder().setName(NAME).build());
    Await.until(
        "the engine is told to release",
        SystemDeployment.LIMIT,
        () -> cluster.devices().getFirst().getShardCount() == 0);
    assertThat(Files.readString(orders)).contains("\"action\":\"release\"");
  }

  private static long loads(String told) {
    return told.lines().filter(line -> line.contains("\"action\":\"load\"")).count();
  }

  private void measure() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(measureCommand());
    builder.environment().putAll(environment());
    Path log = cluster.folder().resolve("measure.log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    System.out.println(Files.readString(log));
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  /** Without the options of a node's process. */
  private List<String> measureCommand() {
    List<String> words = cluster.agentCommand(List.of("measure"));
    return words.subList(0, words.size() - 2);
  }

  private ChildProcess startAgent(String name) throws InterruptedException {
    return cluster.startAgent(
        name,
        environment(),
        "node",
        "--name",
        NODE,
        "--driver",
        "exec",
        "--driver-command",
        "cat >> " + orders + "; echo >> " + orders);
  }

  /** Accelerators that this machine may have stay out: their tools are not on this path. */
  private Map<String, String> environment() {
    return Map.of(
        "HEJIN_STATE_FOLDER",
        state.toString(),
        "PATH",
        NO_PROBES,
        "QUARKUS_HTTP_PORT",
        String.valueOf(pagesPort));
  }

  /** Queries of dashboards and alerts for agents find what they ask for at this one. */
  private void assertQueriesFindTheirMetrics() throws IOException, InterruptedException {
    ExportedMetrics exported =
        ExportedMetrics.of(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + pagesPort + "/q/metrics"))
                        .header("Accept", "text/plain")
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
    List<ObservabilityFiles.Query> queries =
        ObservabilityFiles.queries(SystemCluster.root()).stream()
            .filter(ObservabilityFiles.Query::isOfAgents)
            .toList();
    assertThat(queries).hasSizeGreaterThan(5);
    assertThat(ObservabilityFiles.problems(queries, exported)).isEmpty();
  }

  private void create() {
    cluster
        .connection()
        .deployments()
        .createDeployment(
            CreateDeploymentRequest.newBuilder()
                .setSpec(
                    DeploymentSpec.newBuilder()
                        .setName(NAME)
                        .setModel(ModelSource.newBuilder().setName("tiny").setConfigJson(CONFIG))
                        .setWorkload(Workload.newBuilder().setBatchTokens(8).setContextTokens(256)))
                .build());
  }

  private void awaitServing() throws InterruptedException {
    Await.value(
        NAME + " serves",
        SystemDeployment.LIMIT,
        () ->
            cluster
                .connection()
                .deployments()
                .getDeployment(GetDeploymentRequest.newBuilder().setName(NAME).build())
                .getDeployment()
                .toBuilder()
                .clearPlan()
                .clearModel()
                .build(),
        deployment ->
            deployment.getState() == DeploymentState.DEPLOYMENT_STATE_SERVING
                && deployment.getEpochs(deployment.getEpochsCount() - 1).hasActiveTime());
  }
}
