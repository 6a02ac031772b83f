package dev.hejin.agent.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.app.fleet.SimulatedPool;
import dev.hejin.agent.app.fleet.SimulatedPool.NodeSelection;
import dev.hejin.agent.model.DeviceDescription;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.model.NodeDescription;
import dev.hejin.agent.simulation.SimulationSettings;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.proto.agent.v1.Acknowledgement;
import dev.hejin.proto.agent.v1.ActivateRoutes;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.Directive;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.LoadShards;
import dev.hejin.proto.agent.v1.Outcome;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.agent.v1.ServingShape;
import dev.hejin.proto.agent.v1.Shard;
import dev.hejin.proto.agent.v1.ShardKind;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.capability.v1.Provenance;
import dev.hejin.transport.ClientSecurity;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinksTest {
  private static final String DEVICE = "h20-0/3";

  private final SimulatedPool pool =
      SimulatedPool.of(
          PoolFiles.load("default"),
          new NodeSelection(List.of("h20-0"), List.of()),
          new SimulationSettings(1, 1000, 0.001),
          6e9);
  private FakeScheduler scheduler;
  private Links links;

  @BeforeEach
  void start() throws IOException {
    scheduler = new FakeScheduler();
    links = links(scheduler.address());
  }

  @AfterEach
  void stop() {
    links.close();
    scheduler.close();
  }

  @Test
  void shouldRegisterWithCapabilityThenBeat() throws Exception {
    // When
    links.start().get(10, TimeUnit.SECONDS);

    // Then
    Register register = scheduler.awaitRegister();
    assertThat(register.getProtocolVersion()).isEqualTo(1);
    assertThat(register.getInstanceId()).isEqualTo("instance");
    assertThat(register.getCapability().getNodeId()).isEqualTo("h20-0");
    assertThat(register.getDevicesList()).isEmpty();
    DeviceCapability device = register.getCapability().getDevices(3);
    assertThat(device.getDeviceId()).isEqualTo(DEVICE);
    assertThat(device.getSimulated()).isTrue();
    assertThat(device.getMemoryBytes().getValue()).isPositive();
    assertThat(device.getMemoryBytes().getProvenance())
        .isIn(Provenance.PROVENANCE_CATALOGUE, Provenance.PROVENANCE_OPERATOR);
    assertThat(scheduler.await(ConnectRequest::hasHeartbeat).getHeartbeat().getSequence())
        .isEqualTo(1);
  }

  @Test
  void shouldTellOfADeviceThatFails() throws Exception {
    // Given
    links.start().get(10, TimeUnit.SECONDS);
    assertThat(scheduler.awaitRegister().getCapability().getDevicesCount()).isEqualTo(8);
    LocalNode node = pool.nodes().getFirst();
    List<DeviceDescription> devices = new ArrayList<>(node.description().devices());
    devices.set(3, devices.get(3).withHealth(Health.FAILED, "allocated to pod others/one"));

    // When
    links.renew(
        new LocalNode(
            new NodeDescription(
                node.id(), devices, node.description().networkBandwidthBytesPerSecond(), Map.of()),
            node.drivers()));

    // Then
    Register register = scheduler.awaitRegister();
    assertThat(register.getInstanceId()).isEqualTo("instance");
    assertThat(register.getCapability().getDevices(3).getHealth())
        .isEqualTo(dev.hejin.proto.capability.v1.Health.HEALTH_FAILED);
    assertThat(register.getCapability().getDevices(3).getHealthReason())
        .isEqualTo("allocated to pod others/one");
    assertThat(scheduler.await(ConnectRequest::hasHeartbeat).getHeartbeat().getSequence())
        .isEqualTo(1);
  }

  @Test
  void shouldCarryOutDirectivesInOrderAndAcknowledge() throws Exception {
    // Given
    links.start().get(10, TimeUnit.SECONDS);

    // When
    scheduler.send(load("1", layer(0)));
    scheduler.send(activate("2", 0));
    scheduler.send(activate("3", 1));

    // Then
    Acknowledgement first = acknowledgement();
    assertThat(first.getDirectiveId()).isEqualTo("1");
    assertThat(first.getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
    assertThat(first.getEpoch()).isEqualTo(9);
    assertThat(first.getMemoryUsedBytes()).isEqualTo(1_000_000_000);
    Acknowledgement second = acknowledgement();
    assertThat(second.getDirectiveId()).isEqualTo("2");
    assertThat(second.getMemoryUsedBytes()).isEqualTo(1_000_000_500);
    Acknowledgement third = acknowledgement();
    assertThat(third.getOutcome()).isEqualTo(Outcome.OUTCOME_FAILED);
    assertThat(third.getReason()).contains("layer 1");
  }

  @Test
  void shouldRefuseDirectivesThatItCannotUnderstand() throws Exception {
    // Given
    links.start().get(10, TimeUnit.SECONDS);

    // When
    scheduler.send(load("1", Shard.newBuilder().setKind(ShardKind.SHARD_KIND_LAYER).build()));
    scheduler.send(load("2", layer(0)).toBuilder().setDeviceId("other/0").build());

    // Then
    assertThat(acknowledgement().getReason()).contains("shards[0].precision");
    assertThat(acknowledgement().getReason()).contains("other/0");
  }

  @Test
  void shouldRegisterAgainWithWhatItHolds() throws Exception {
    // Given
    links.start().get(10, TimeUnit.SECONDS);
    scheduler.awaitRegister();
    scheduler.send(load("1", layer(0)));
    scheduler.send(activate("2", 0));
    acknowledgement();
    acknowledgement();

    // When
    scheduler.dropStream();

    // Then
    Register again = scheduler.awaitRegister();
    assertThat(again.getDevicesList()).hasSize(1);
    assertThat(again.getDevices(0).getDeviceId()).isEqualTo(DEVICE);
    assertThat(again.getDevices(0).getDeploymentId()).isEqualTo("m");
    assertThat(again.getDevices(0).getShardsList()).containsExactly(layer(0));
    assertThat(again.getDevices(0).getRoutes(0).getTokenShare()).isEqualTo(0.5);
    assertThat(again.getDevices(0).getEpoch()).isEqualTo(9);
  }

  @Test
  void shouldTryAgainAfterARefusal() throws Exception {
    // Given
    scheduler.refuseNext(Status.FAILED_PRECONDITION.withDescription("protocol 1 is too old"));

    // When
    var registered = links.start();

    // Then
    scheduler.awaitRegister();
    scheduler.awaitRegister();
    registered.get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldWaitForASchedulerThatIsNotThereYet() throws Exception {
    // Given
    scheduler.close();
    var registered = links.start();
    TimeUnit.MILLISECONDS.sleep(200);

    // When: nobody listens

    // Then
    assertThat(registered).isNotDone();
  }

  @Test
  void shouldSayGoodbyeWhenClosed() throws Exception {
    // Given
    links.start().get(10, TimeUnit.SECONDS);

    // When
    links.close();

    // Then
    scheduler.await(request -> request.equals(ConnectRequest.getDefaultInstance()));
  }

  private Links links(String address) {
    return new Links(
        pool.nodes(),
        new LinkSettings(
            address,
            "test",
            "instance",
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(300),
            ClientSecurity.PLAINTEXT),
        new Random(1));
  }

  private Acknowledgement acknowledgement() throws InterruptedException {
    return scheduler.await(ConnectRequest::hasAcknowledgement).getAcknowledgement();
  }

  private static Directive load(String id, Shard shard) {
    return directive(id).setLoad(LoadShards.newBuilder().addShards(shard)).build();
  }

  private static Directive activate(String id, int layer) {
    ServingShape shape =
        ServingShape.newBuilder()
            .setMicrobatchTokens(64)
            .setPrecision(Precision.PRECISION_BF16)
            .setExpertPrecision(Precision.PRECISION_FP8)
            .setKvCacheBytes(500)
            .build();
    return directive(id)
        .setActivate(
            ActivateRoutes.newBuilder()
                .addRoutes(LayerRoute.newBuilder().setLayer(layer).setTokenShare(0.5))
                .setShape(shape))
        .build();
  }

  private static Directive.Builder directive(String id) {
    return Directive.newBuilder()
        .setDirectiveId(id)
        .setEpoch(9)
        .setDeploymentId("m")
        .setDeviceId(DEVICE);
  }

  private static Shard layer(int layer) {
    return Shard.newBuilder()
        .setKind(ShardKind.SHARD_KIND_LAYER)
        .setLayer(layer)
        .setPrecision(Precision.PRECISION_BF16)
        .setSizeBytes(1_000_000_000)
        .build();
  }
}
