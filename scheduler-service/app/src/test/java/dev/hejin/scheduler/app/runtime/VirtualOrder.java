package dev.hejin.scheduler.app.runtime;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import dev.hejin.proto.agent.v1.ActivateRoutes;
import dev.hejin.scheduler.app.codec.DirectiveCodec;
import dev.hejin.scheduler.app.port.DirectiveOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order on its way: written by the scheduler's codec, read as an agent's core takes it.
 *
 * @param directive the order
 * @param sound whether, when it was sent, the scheduler knew of all devices and all was served
 * @param losses that there had been by then
 */
record VirtualOrder(Directive directive, boolean sound, int losses) {

  static VirtualOrder of(DirectiveOrder order, boolean sound, int losses) {
    var message = DirectiveCodec.toProto(order);
    Directive.Action action =
        switch (message.getActionCase()) {
          case LOAD ->
              new Directive.Load(
                  message.getLoad().getShardsList().stream()
                      .map(shard -> new Shard(key(shard), shard.getSizeBytes()))
                      .toList());
          case RELEASE ->
              new Directive.Release(
                  message.getRelease().getShardsList().stream().map(VirtualOrder::key).toList());
          case ACTIVATE -> activate(message.getActivate());
          case ACTION_NOT_SET -> throw new AssertionError("an order without an action");
        };
    return new VirtualOrder(
        new Directive(
            message.getDirectiveId(),
            message.getEpoch(),
            message.getDeploymentId(),
            message.getDeviceId(),
            action),
        sound,
        losses);
  }

  private static ShardKey key(dev.hejin.proto.agent.v1.Shard shard) {
    return new ShardKey(
        ShardKind.valueOf(shard.getKind().name().substring("SHARD_KIND_".length())),
        shard.hasLayer() ? shard.getLayer() : ShardKey.NONE,
        shard.hasExpert() ? shard.getExpert() : ShardKey.NONE,
        precision(shard.getPrecision()));
  }

  private static Precision precision(dev.hejin.proto.capability.v1.Precision precision) {
    return Precision.valueOf(precision.name().substring("PRECISION_".length()));
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
    return new Directive.Activate(routes, shape(message));
  }

  private static @Nullable ServingShape shape(ActivateRoutes message) {
    var shape = message.getShape();
    return shape.getMicrobatchTokens() == 0
        ? null
        : new ServingShape(
            shape.getMicrobatchTokens(),
            shape.getContextTokens(),
            shape.getHiddenSize(),
            shape.getExpertsPerToken(),
            shape.getRoutedExperts(),
            shape.getKvBytesPerTokenLayer(),
            shape.getAttentionFlopsPerContextToken(),
            shape.getKvCacheBytes(),
            shape.getExpertParameters(),
            precision(shape.getPrecision()),
            precision(shape.getExpertPrecision()),
            shape.getLayerParametersList(),
            shape.getAttentionWindowTokens());
  }
}
