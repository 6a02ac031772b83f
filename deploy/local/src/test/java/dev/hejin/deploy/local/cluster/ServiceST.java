package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.deploy.local.truth.TruthWatcher;
import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.CreateDeploymentResponse;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.ListDeploymentsRequest;
import dev.hejin.proto.deployment.v1.ServiceGoal;
import dev.hejin.proto.deployment.v1.ServiceObjective;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** A service of several pipelines on a running cluster: deployed, hurt, deleted. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServiceST {
  private static final String SERVICE = "talk";

  /** Loads take a second or two, so that devices are looked at several times. */
  private static final double TIME_SCALE = 2;

  private final SystemCluster cluster = new SystemCluster("service", TIME_SCALE);
  private final SystemDeployment service = new SystemDeployment(cluster, SERVICE);
  private final List<SystemDeployment> pipelines = new ArrayList<>();

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  @Order(1)
  void shouldServePlanOfSeveralPipelines() throws InterruptedException {
    // Given
    CreateDeploymentRequest request =
        CreateDeploymentRequest.newBuilder()
            .setSpec(service.spec())
            .setSeveralPipelines(true)
            .setRequestId("service-1")
            .build();

    // When
    CreateDeploymentResponse created = cluster.connection().deployments().createDeployment(request);
    CreateDeploymentResponse again = cluster.connection().deployments().createDeployment(request);

    // Then
    assertThat(created.getPipelinesCount()).isGreaterThan(1);
    assertThat(created.getService().getPipelinesCount()).isEqualTo(created.getPipelinesCount());
    assertThat(again.getPipelinesList())
        .extracting(each -> each.getSpec().getName())
        .isEqualTo(
            created.getPipelinesList().stream().map(each -> each.getSpec().getName()).toList());
    for (Deployment pipeline : created.getPipelinesList()) {
      SystemDeployment deployment = new SystemDeployment(cluster, pipeline.getSpec().getName());
      deployment.awaitServing();
      pipelines.add(deployment);
      assertThat(deployment.isServed()).as(pipeline.getSpec().getName()).isTrue();
    }
    assertApart();
    assertThat(listed().stream().mapToDouble(Deployment::getTrafficShare).sum())
        .isCloseTo(1, Assertions.offset(1e-9));
    for (int p = 0; p < pipelines.size(); p++) {
      assertThat(listed().get(p).getTrafficShare())
          .isCloseTo(
              created.getService().getPipelines(p).getTrafficShare(), Assertions.offset(1e-9));
    }
  }

  @Test
  @Order(2)
  void shouldRefuseWhatCannotBe() {
    // When, then
    assertRefused(
        Status.Code.ALREADY_EXISTS,
        "'talk' exists",
        () -> cluster.connection().deployments().createDeployment(request("", 0)));
    assertRefused(Status.Code.ALREADY_EXISTS, "'talk' is a service", service::create);
    assertRefused(
        Status.Code.NOT_FOUND, "Maybe one of its pipelines: talk-p0, talk-p1", service::get);
    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        "the nearest reaches",
        () -> cluster.connection().deployments().createDeployment(request("more", 1e9)));
  }

  private CreateDeploymentRequest request(String suffix, double demand) {
    return CreateDeploymentRequest.newBuilder()
        .setSpec(new SystemDeployment(cluster, SERVICE + suffix).spec())
        .setGoal(
            ServiceGoal.newBuilder()
                .setObjective(ServiceObjective.SERVICE_OBJECTIVE_THROUGHPUT)
                .setDemandTokensPerSecond(demand))
        .setSeveralPipelines(true)
        .build();
  }

  private static void assertRefused(Status.Code code, String text, ThrowingCallable call) {
    Assertions.assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .hasMessageContaining(text);
  }

  @Test
  @Order(3)
  void shouldChangeOnlyPipelinesThatLoseDevices() throws InterruptedException {
    // Given
    String node = "h20-1";
    List<SystemDeployment> hit = new ArrayList<>();
    List<SystemDeployment> whole = new ArrayList<>();
    for (SystemDeployment pipeline : pipelines) {
      boolean uses = devices(pipeline.get()).stream().anyMatch(id -> id.startsWith(node + "/"));
      (uses ? hit : whole).add(pipeline);
    }
    assertThat(hit).isNotEmpty();
    assertThat(whole).isNotEmpty();
    TreeMap<String, Long> epochs = new TreeMap<>();
    for (SystemDeployment pipeline : pipelines) {
      epochs.put(pipeline.get().getSpec().getName(), pipeline.epoch());
    }
    try (TruthWatcher watcher = whole.getFirst().watch()) {

      // When
      cluster.drain(node, "repair");

      // Then
      for (SystemDeployment pipeline : hit) {
        pipeline.await(
            "is served without " + node + " or says that nothing fits",
            now ->
                now.getStateReason().contains("drained")
                    || now.getEpochs(now.getEpochsCount() - 1).getNumber() > 1
                        && now.getEpochs(now.getEpochsCount() - 1).hasActiveTime());
      }
      for (SystemDeployment pipeline : whole) {
        assertThat(pipeline.epoch()).isEqualTo(epochs.get(pipeline.get().getSpec().getName()));
      }
      Await.until(
          "devices are looked at", SystemDeployment.LIMIT, () -> watcher.whole().looks() > 3);
      SystemDeployment.assertNeverUnserved(watcher);
      whole.getFirst().assertSound(watcher);
    }
    assertApart();
    assertThat(listed().stream().mapToDouble(Deployment::getTrafficShare).sum())
        .isCloseTo(1, Assertions.offset(1e-9));
  }

  @Test
  @Order(4)
  void shouldRebalanceEachPipeline() throws InterruptedException {
    // Given
    cluster.undrain("h20-1");

    // When
    String reason = service.rebalance(true).getReason();

    // Then
    for (SystemDeployment pipeline : pipelines) {
      assertThat(reason).contains(pipeline.get().getSpec().getName() + ": asked for");
      pipeline.awaitServing();
    }
    assertApart();
  }

  @Test
  @Order(5)
  void shouldDeleteAllPipelines() throws InterruptedException {
    // When
    service.delete();

    // Then
    Await.until("all pipelines are gone", SystemDeployment.LIMIT, () -> listed().isEmpty());
    assertThat(cluster.look()).allMatch(device -> device.getMemoryUsedBytes() == 0);
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }

  private List<Deployment> listed() {
    return cluster
        .connection()
        .deployments()
        .listDeployments(ListDeploymentsRequest.getDefaultInstance())
        .getDeploymentsList();
  }

  private static List<String> devices(Deployment pipeline) {
    return pipeline.getPlan().getStagesList().stream()
        .flatMap(stage -> stage.getDeviceIdsList().stream())
        .toList();
  }

  /** No device is in the plans of two pipelines. */
  private void assertApart() {
    TreeSet<String> seen = new TreeSet<>();
    for (SystemDeployment pipeline : pipelines) {
      for (String device : devices(pipeline.get())) {
        assertThat(seen.add(device)).as(device + " is in one pipeline only").isTrue();
      }
    }
  }
}
