package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.Register;
import dev.hejin.proto.agent.v1.Shard;
import dev.hejin.proto.agent.v1.ShardKind;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.Figure;
import dev.hejin.proto.capability.v1.Link;
import dev.hejin.proto.capability.v1.LinkKind;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.capability.v1.PeakRate;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.capability.v1.Provenance;
import dev.hejin.proto.deployment.v1.LibraryBridge;
import dev.hejin.proto.deployment.v1.PlanPool;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.Pool;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What agents and callers say of nodes. */
class MalformedCapabilityTest {
  private static final String LIBRARY =
      RecordedEvents.node("n1").devices().getFirst().collectiveLibrary();
  private static final String NODE = "register.capability";
  private static final String DEVICE = NODE + ".devices[0]";
  private static final String HOLDING = "register.devices[0]";

  private static Register.Builder register() {
    return Register.newBuilder()
        .setInstanceId("i1")
        .setAgentVersion("0.1")
        .setCapability(CapabilityCodec.toProto(RecordedEvents.node("n1")));
  }

  private static Figure figure(double value) {
    return Figure.newBuilder().setValue(value).setProvenance(Provenance.PROVENANCE_DRIVER).build();
  }

  private static Arguments node(
      String field, String message, Consumer<NodeCapability.Builder> change) {
    Register.Builder register = register();
    change.accept(register.getCapabilityBuilder());
    return arguments(field, message, register.build());
  }

  private static Arguments device(
      String field, String message, Consumer<DeviceCapability.Builder> change) {
    return node(field, message, node -> change.accept(node.getDevicesBuilder(0)));
  }

  private static Arguments holding(
      String field, String message, Consumer<DeviceState.Builder> change) {
    Register.Builder register = register();
    DeviceState.Builder state = DeviceState.newBuilder().setDeviceId("n1/0").setDeploymentId("d");
    change.accept(state);
    return arguments(field, message, register.addDevices(state).build());
  }

  private static Arguments shard(String field, String message, Shard.Builder shard) {
    return holding(field, message, state -> state.addShards(shard));
  }

  private static Arguments route(String field, String message, LayerRoute.Builder route) {
    return holding(field, message, state -> state.addRoutes(route));
  }

  static Stream<Arguments> nodes() {
    return Stream.of(
        node(NODE + ".node_id", "node id ''", node -> node.setNodeId("")),
        node(NODE + ".node_id", "node id 'N1'", node -> node.setNodeId("N1")),
        node(NODE + ".node_id", "node id 'a/b'", node -> node.setNodeId("a/b")),
        node(NODE + ".node_id", "node id 'a.'", node -> node.setNodeId("a.")),
        node(NODE + ".node_id", "Maybe use 1 to 253", node -> node.setNodeId("a".repeat(254))),
        node(NODE + ".devices", "node 'n1' has 0 devices", NodeCapability.Builder::clearDevices),
        node(
            NODE + ".devices",
            "has 1025 devices",
            node -> node.addAllDevices(Collections.nCopies(1023, node.getDevices(0)))),
        node(
            NODE + ".network_bandwidth_bytes_per_second",
            "figure is -1.0",
            node -> node.setNetworkBandwidthBytesPerSecond(figure(-1))),
        node(
            NODE,
            "node 'n1' has two devices 'n1/0'",
            node -> node.getDevicesBuilder(1).setDeviceId("n1/0")),
        device(
            DEVICE + ".device_id",
            "device id 'n2/0' must start with 'n1/'",
            device -> device.setDeviceId("n2/0")),
        device(
            DEVICE + ".device_id",
            "device id '' must start with 'n1/'",
            DeviceCapability.Builder::clearDeviceId),
        device(
            DEVICE + ".memory_bytes",
            "figure is NaN",
            device -> device.setMemoryBytes(figure(Double.NaN))),
        device(
            DEVICE + ".memory_bandwidth_bytes_per_second",
            "figure is Infinity",
            device -> device.setMemoryBandwidthBytesPerSecond(figure(Double.POSITIVE_INFINITY))),
        device(
            DEVICE + ".price_per_hour_usd",
            "figure is -0.5\nMaybe leave it out",
            device -> device.setPricePerHourUsd(figure(-0.5))),
        device(
            DEVICE + ".links[0].bandwidth_bytes_per_second",
            "figure is NaN",
            device ->
                device
                    .clearLinks()
                    .addLinks(
                        Link.newBuilder()
                            .setKind(LinkKind.LINK_KIND_PCIE)
                            .setBandwidthBytesPerSecond(figure(Double.NaN)))),
        device(
            DEVICE + ".peak_rates[0].precision",
            "precision is UNRECOGNIZED",
            device ->
                device.clearPeakRates().addPeakRates(PeakRate.newBuilder().setPrecisionValue(99))),
        device(
            DEVICE + ".peak_rates[1].precision",
            "precision is PRECISION_UNSPECIFIED",
            device ->
                device
                    .clearPeakRates()
                    .addPeakRates(PeakRate.newBuilder().setPrecision(Precision.PRECISION_BF16))
                    .addPeakRates(PeakRate.newBuilder())),
        device(
            DEVICE + ".peak_rates[0].ops_per_second",
            "figure is -1.0",
            device ->
                device
                    .clearPeakRates()
                    .addPeakRates(
                        PeakRate.newBuilder()
                            .setPrecision(Precision.PRECISION_FP8)
                            .setOpsPerSecond(figure(-1)))));
  }

  static Stream<Arguments> holdings() {
    Shard.Builder shard =
        Shard.newBuilder()
            .setKind(ShardKind.SHARD_KIND_LAYER)
            .setLayer(1)
            .setPrecision(Precision.PRECISION_BF16);
    return Stream.of(
        arguments(
            "register.instance_id",
            "is empty\nMaybe the agent is older",
            register().setInstanceId(" ").build()),
        holding(
            HOLDING + ".device_id",
            "device 'n1/9' is not in the node's capability",
            state -> state.setDeviceId("n1/9")),
        shard(
            HOLDING + ".shards[0].kind",
            "shard kind is SHARD_KIND_UNSPECIFIED",
            shard.clone().clearKind()),
        shard(
            HOLDING + ".shards[0].kind",
            "shard kind is UNRECOGNIZED",
            shard.clone().setKindValue(9)),
        shard(
            HOLDING + ".shards[0].precision",
            "precision is PRECISION_UNSPECIFIED",
            shard.clone().clearPrecision()),
        shard(HOLDING + ".shards[0]", "shard LAYER with layer -1", shard.clone().clearLayer()),
        shard(
            HOLDING + ".shards[0]",
            "shard LAYER with layer 1 and expert 2",
            shard.clone().setExpert(2)),
        shard(
            HOLDING + ".shards[0]",
            "shard EXPERT with layer 1 and expert -1",
            shard.clone().setKind(ShardKind.SHARD_KIND_EXPERT)),
        route(
            HOLDING + ".routes[0].expert_shares",
            "1 shares for 2 experts",
            LayerRoute.newBuilder().addExperts(1).addExperts(2).addExpertShares(1)),
        route(
            HOLDING + ".routes[0].layer",
            "layer is 4294967295",
            LayerRoute.newBuilder().setLayer(-1)),
        route(
            HOLDING + ".routes[0]",
            "token_share is NaN",
            LayerRoute.newBuilder().setTokenShare(Double.NaN)),
        route(
            HOLDING + ".routes[0]",
            "share of expert 3 is 1.5",
            LayerRoute.newBuilder().addExperts(3).addExpertShares(1.5)));
  }

  static Stream<Arguments> remarks() {
    return Stream.of(
        node(
            NODE + ".labels",
            "has 65 labels; at most 64 are allowed\nMaybe",
            node -> IntStream.range(0, 65).forEach(i -> node.putLabels("label-" + i, ""))),
        node(
            NODE + ".labels",
            "a text has 513 characters; at most 512 are allowed\nMaybe",
            node -> node.putLabels("zone", "z".repeat(513))),
        device(
            DEVICE + ".health_reason",
            "a text has 1025 characters; at most 1024 are allowed\nMaybe",
            device -> device.setHealthReason("x".repeat(1025))));
  }

  @ParameterizedTest
  @MethodSource({"nodes", "holdings", "remarks"})
  void shouldRefuseRegistration(String field, String message, Register register) {
    // When, then
    assertThatThrownBy(() -> RegistrationCodec.fromProto(register))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(message);
  }

  @Test
  void shouldReadRegistration() {
    // Given
    Register register =
        register()
            .addDevices(
                DeviceState.newBuilder()
                    .setDeviceId("n1/0")
                    .setDeploymentId("d")
                    .addShards(
                        ShardCodec.toProto(
                            dev.hejin.scheduler.model.Shard.ofExpert(
                                1, 3, dev.hejin.scheduler.model.Precision.FP8),
                            10))
                    .addRoutes(
                        LayerRoute.newBuilder()
                            .setLayer(1)
                            .setTokenShare(0.5)
                            .addExperts(3)
                            .addExpertShares(0.25)))
            .build();

    // When
    Registration registration = RegistrationCodec.fromProto(register);

    // Then
    assertThat(registration.instanceId()).isEqualTo("i1");
    assertThat(registration.node().devices().get(0))
        .isEqualTo(RecordedEvents.node("n1").devices().get(0));
    assertThat(registration.holdings())
        .singleElement()
        .satisfies(
            holding -> {
              assertThat(holding.shards())
                  .containsExactly(
                      dev.hejin.scheduler.model.Shard.ofExpert(
                          1, 3, dev.hejin.scheduler.model.Precision.FP8));
              assertThat(ShardCodec.toProto(1, Objects.requireNonNull(holding.routes().get(1))))
                  .isEqualTo(register.getDevices(0).getRoutes(0));
            });
  }

  @Test
  void shouldReadWhatPeopleWantToKnow() {
    // Given
    Register.Builder register = register();
    register
        .getCapabilityBuilder()
        .putLabels("topology.kubernetes.io/zone", "z1")
        .getDevicesBuilder(0)
        .setHealthReason("allocated to pod others/one");

    // When
    Registration registration = RegistrationCodec.fromProto(register.build());

    // Then
    assertThat(registration.remarks().labels())
        .isEqualTo(Map.of("topology.kubernetes.io/zone", "z1"));
    assertThat(registration.remarks().healthReasons())
        .isEqualTo(Map.of("n1/0", "allocated to pod others/one"));
  }

  @Test
  void shouldTakeFigureOfUnknownProvenanceForUnknown() {
    // Given
    NodeCapability.Builder node = CapabilityCodec.toProto(RecordedEvents.node("n1")).toBuilder();
    node.getDevicesBuilder(0)
        .setVendor("nobody")
        .setMemoryBytes(Figure.newBuilder().setValue(96e9))
        .setPricePerHourUsd(Figure.newBuilder().setValue(1).setProvenanceValue(77));

    // When
    dev.hejin.scheduler.model.Device device =
        CapabilityCodec.fromProto("node", node.build()).devices().get(0);

    // Then
    assertThat(device.memoryBytes()).isEqualTo(dev.hejin.scheduler.model.Figure.UNKNOWN);
    assertThat(device.pricePerHourUsd()).isEqualTo(dev.hejin.scheduler.model.Figure.UNKNOWN);
  }

  static Stream<Arguments> pools() {
    NodeCapability n1 = CapabilityCodec.toProto(RecordedEvents.node("n1"));
    return Stream.of(
        arguments("pool.nodes", "the pool has no nodes", PlanPool.newBuilder().build()),
        arguments(
            "pool",
            "appears on nodes 'n1' and 'n1'",
            PlanPool.newBuilder().addNodes(n1).addNodes(n1).build()),
        arguments(
            "pool.nodes[1].node_id",
            "node id ''",
            PlanPool.newBuilder().addNodes(n1).addNodes(n1.toBuilder().clearNodeId()).build()),
        arguments(
            "pool",
            "speed factor NaN of device 'n1/0'",
            PlanPool.newBuilder().addNodes(n1).putSpeedFactors("n1/0", Double.NaN).build()),
        arguments(
            "pool",
            "speed factor 0.0 of device 'n1/0'",
            PlanPool.newBuilder().addNodes(n1).putSpeedFactors("n1/0", 0).build()),
        arguments(
            "pool.bridges[0]",
            "no device of the pool uses library 'XCL'",
            bridged("XCL", "OTHER", 0, 1)),
        arguments("pool.bridges[0]", "to itself", bridged("OTHER", "OTHER", 0, 1)),
        arguments("pool.bridges[0]", "is 0.0 bytes/s", bridged(LIBRARY, "OTHER", 0, 0)),
        arguments("pool.bridges[0]", "is NaN s", bridged(LIBRARY, "OTHER", Double.NaN, 1)),
        arguments(
            "pool",
            "two bridges between",
            bridged(LIBRARY, "OTHER", 0, 1).toBuilder()
                .addAllBridges(bridged("OTHER", LIBRARY, 0, 2).getBridgesList())
                .build()));
  }

  /** Two nodes of two libraries, and a bridge. */
  private static PlanPool bridged(
      String library, String other, double latencySeconds, double bytesPerSecond) {
    NodeCapability.Builder n2 = CapabilityCodec.toProto(RecordedEvents.node("n2")).toBuilder();
    n2.getDevicesBuilderList().forEach(device -> device.setCollectiveLibrary("OTHER"));
    return PlanPool.newBuilder()
        .addNodes(CapabilityCodec.toProto(RecordedEvents.node("n1")))
        .addNodes(n2)
        .addBridges(
            LibraryBridge.newBuilder()
                .setLibrary(library)
                .setOtherLibrary(other)
                .setLatencySeconds(latencySeconds)
                .setBytesPerSecond(bytesPerSecond))
        .build();
  }

  @Test
  void shouldTakeBridges() {
    // When
    Pool pool = CapabilityCodec.fromProto(bridged("OTHER", LIBRARY, 5e-5, 12e9));
    // Then
    assertThat(pool.bridge(LIBRARY, "OTHER")).contains(new Bridge("OTHER", LIBRARY, 5e-5, 12e9));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void shouldRefusePool(String field, String message, PlanPool pool) {
    // When, then
    assertThatThrownBy(() -> CapabilityCodec.fromProto(pool))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(message);
  }
}
