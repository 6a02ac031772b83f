package dev.hejin.agent.app.codec;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.reconcile.DirectiveResult;
import dev.hejin.proto.agent.v1.Acknowledgement;
import dev.hejin.proto.agent.v1.ActivateRoutes;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.Outcome;
import dev.hejin.proto.capability.v1.Precision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orders from the scheduler and the answers to them. */
public final class DirectiveCodec {
  private DirectiveCodec() {}

  /**
   * @throws IllegalArgumentException naming what cannot be understood
   */
  public static Directive fromProto(dev.hejin.proto.agent.v1.Directive message) {
    Directive.Action action =
        switch (message.getActionCase()) {
          case LOAD -> new Directive.Load(shards(message.getLoad().getShardsList()));
          case ACTIVATE -> activate(message.getActivate());
          case RELEASE ->
              new Directive.Release(
                  shards(message.getRelease().getShardsList()).stream().map(Shard::key).toList());
          case ACTION_NOT_SET ->
              throw new IllegalArgumentException(
                  "action is unset\nMaybe the scheduler is newer than this agent");
        };
    return new Directive(
        message.getDirectiveId(),
        message.getEpoch(),
        message.getDeploymentId(),
        message.getDeviceId(),
        action);
  }

  /** The answer to an order. */
  public static ConnectRequest toProto(DirectiveResult result) {
    return ConnectRequest.newBuilder()
        .setAcknowledgement(
            Acknowledgement.newBuilder()
                .setDirectiveId(result.directiveId())
                .setEpoch(result.epoch())
                .setOutcome(outcome(result))
                .setReason(result.reason())
                .setMemoryUsedBytes(result.memoryUsedBytes()))
        .build();
  }

  private static Outcome outcome(DirectiveResult result) {
    if (result.done()) {
      return Outcome.OUTCOME_DONE;
    }
    return result.unsure() ? Outcome.OUTCOME_UNSURE : Outcome.OUTCOME_FAILED;
  }

  private static List<Shard> shards(List<dev.hejin.proto.agent.v1.Shard> messages) {
    List<Shard> shards = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      var message = messages.get(i);
      String field = "shards[" + i + "]";
      shards.add(
          new Shard(
              new ShardKey(
                  Names.fromProto(field + ".kind", message.getKind()),
                  message.hasLayer() ? message.getLayer() : ShardKey.NONE,
                  message.hasExpert() ? message.getExpert() : ShardKey.NONE,
                  Names.fromProto(field + ".precision", message.getPrecision())),
              message.getSizeBytes()));
    }
    return shards;
  }

  private static Directive.Activate activate(ActivateRoutes message) {
    List<LayerRoute> routes =
        message.getRoutesList().stream()
            .map(
                route ->
                    new LayerRoute(
                        route.getLayer(),
                        route.getTokenShare(),
                        route.getExpertsList(),
                        route.getExpertSharesList()))
            .toList();
    boolean serves = routes.stream().anyMatch(route -> !route.isEmpty());
    return new Directive.Activate(routes, shape(message, serves));
  }

  /** A shape is needed to serve; to serve nothing, an unfinished one is as good as none. */
  private static @Nullable ServingShape shape(ActivateRoutes message, boolean serves) {
    var shape = message.getShape();
    boolean unfinished =
        shape.getMicrobatchTokens() == 0
            || shape.getPrecision() == Precision.PRECISION_UNSPECIFIED
            || shape.getExpertPrecision() == Precision.PRECISION_UNSPECIFIED;
    if (!message.hasShape() || (unfinished && !serves)) {
      return null;
    }
    return new ServingShape(
        shape.getMicrobatchTokens(),
        shape.getContextTokens(),
        shape.getHiddenSize(),
        shape.getExpertsPerToken(),
        shape.getRoutedExperts(),
        shape.getKvBytesPerTokenLayer(),
        shape.getAttentionFlopsPerContextToken(),
        shape.getKvCacheBytes(),
        shape.getExpertParameters(),
        Names.fromProto("shape.precision", shape.getPrecision()),
        Names.fromProto("shape.expert_precision", shape.getExpertPrecision()),
        shape.getLayerParametersList(),
        shape.getAttentionWindowTokens());
  }
}
