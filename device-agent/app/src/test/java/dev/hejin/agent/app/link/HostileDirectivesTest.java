package dev.hejin.agent.app.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.hejin.agent.app.codec.DirectiveCodec;
import dev.hejin.agent.app.fleet.SimulatedPool;
import dev.hejin.agent.app.fleet.SimulatedPool.NodeSelection;
import dev.hejin.agent.model.Directive;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.DirectiveQueue;
import dev.hejin.agent.simulation.DeviceTruth;
import dev.hejin.agent.simulation.SimulationSettings;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.proto.agent.v1.ActivateRoutes;
import dev.hejin.proto.agent.v1.ConnectResponse;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.agent.v1.LoadShards;
import dev.hejin.proto.agent.v1.ReleaseShards;
import dev.hejin.proto.agent.v1.ServingShape;
import dev.hejin.proto.agent.v1.Shard;
import dev.hejin.proto.agent.v1.ShardKind;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.testing.MessageMutator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hostile orders to an agent: each is carried out or refused, no device holds more than it can, and
 * what devices report stays sound. {@code -Dhejin.fuzz.inputs=N}, {@code -Dhejin.fuzz.seed=N}.
 */
@Timeout(3600)
class HostileDirectivesTest {
  private static final int INPUTS = Integer.getInteger("hejin.fuzz.inputs", 5_000);
  private static final long SEED = Long.getLong("hejin.fuzz.seed", 1);
  private static final int LOOK_EVERY = 50;

  private static final Shard LAYER =
      Shard.newBuilder()
          .setKind(ShardKind.SHARD_KIND_LAYER)
          .setLayer(3)
          .setPrecision(Precision.PRECISION_BF16)
          .setSizeBytes(1 << 20)
          .build();

  private static final Shard EXPERT =
      LAYER.toBuilder().setKind(ShardKind.SHARD_KIND_EXPERT).setExpert(5).build();

  private final SimulatedPool pool =
      SimulatedPool.of(
          PoolFiles.load("default"),
          new NodeSelection(List.of("h20-0"), List.of()),
          new SimulationSettings(SEED, 1_000, 0.001),
          6e9);
  private final Map<String, DirectiveQueue> queues = new TreeMap<>();
  private long nanos;

  private static dev.hejin.proto.agent.v1.Directive.Builder directive() {
    return dev.hejin.proto.agent.v1.Directive.newBuilder()
        .setDirectiveId("d")
        .setEpoch(1)
        .setDeploymentId("m")
        .setDeviceId("h20-0/3");
  }

  private static List<ConnectResponse> valid() {
    return List.of(
        response(directive().setLoad(LoadShards.newBuilder().addShards(LAYER).addShards(EXPERT))),
        response(
            directive()
                .setActivate(
                    ActivateRoutes.newBuilder()
                        .addRoutes(
                            LayerRoute.newBuilder()
                                .setLayer(3)
                                .setTokenShare(1)
                                .addExperts(5)
                                .addExpertShares(1))
                        .setShape(
                            ServingShape.newBuilder()
                                .setMicrobatchTokens(64)
                                .setContextTokens(128)
                                .setHiddenSize(256)
                                .setExpertsPerToken(2)
                                .setRoutedExperts(8)
                                .setKvBytesPerTokenLayer(512)
                                .setAttentionFlopsPerContextToken(1e4)
                                .setKvCacheBytes(1 << 20)
                                .setExpertParameters(1_000)
                                .setPrecision(Precision.PRECISION_BF16)
                                .setExpertPrecision(Precision.PRECISION_BF16)
                                .addAllLayerParameters(List.of(1L, 1L, 1L, 1_000L))))),
        response(directive().setRelease(ReleaseShards.newBuilder().addShards(EXPERT))));
  }

  private static ConnectResponse response(dev.hejin.proto.agent.v1.Directive.Builder directive) {
    return ConnectResponse.newBuilder().setDirective(directive).build();
  }

  @Test
  void shouldObeyOrRefuse() {
    // Given
    MessageMutator mutator = new MessageMutator(SEED);
    for (Map.Entry<String, DeviceDriver> driver : pool.nodes().getFirst().drivers().entrySet()) {
      queues.put(driver.getKey(), new DirectiveQueue(driver.getValue()));
    }
    List<ConnectResponse> valid = valid();
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes = mutator.next(valid.get(i % valid.size()));

      // When
      try {
        take(bytes, i);
        if (i % LOOK_EVERY == 0) {
          look(i);
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + SEED + ", input " + i + ": " + HexFormat.of().formatHex(bytes), e);
      }
    }

    // Then
    look(INPUTS);
  }

  private void take(byte[] bytes, int number) {
    try {
      ConnectResponse response = ConnectResponse.parseFrom(bytes);
      if (!response.hasDirective()) {
        return;
      }
      Directive order =
          DirectiveCodec.fromProto(
              response.getDirective().toBuilder().setDirectiveId("d" + number).build());
      DirectiveQueue queue = queues.get(order.deviceId());
      if (queue != null) {
        queue.add(order);
        nanos += 1_000_000_000L;
        assertThat(queue.run(nanos)).isNotNull();
      }
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      assertThat(e).hasMessageNotContaining("NullPointer");
    }
  }

  private void look(long window) {
    assertThat(pool.world().observe(window, 1))
        .allSatisfy(
            seen -> {
              assertThat(seen.parts().total()).isNotNegative().isFinite();
              assertThat(seen.steps()).isNotNegative();
            });
    for (DeviceTruth truth : pool.world().truth()) {
      assertThat(truth.memoryUsedBytes()).isBetween(0L, truth.memoryBytes());
    }
  }
}
