package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.agent.v1.ActivateRoutes;
import dev.hejin.proto.agent.v1.Directive;
import dev.hejin.proto.agent.v1.LoadShards;
import dev.hejin.proto.agent.v1.ReleaseShards;
import dev.hejin.proto.agent.v1.ServingShape;
import dev.hejin.scheduler.app.port.DirectiveOrder;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.Plan;
import java.util.Comparator;
import java.util.Optional;

/** Orders to devices. */
public final class DirectiveCodec {
  private DirectiveCodec() {}

  /** The order as it goes to the agent. */
  public static Directive toProto(DirectiveOrder order) {
    Directive.Builder builder =
        Directive.newBuilder()
            .setDirectiveId(order.id())
            .setEpoch(order.deploymentEntry().map(DeploymentEntry::epoch).orElse(0L))
            .setDeploymentId(order.deployment())
            .setDeviceId(order.action().deviceId())
            .setTraceParent(order.traceParent());
    switch (order.action()) {
      case DeviceAction.Load load -> {
        LoadShards.Builder shards = LoadShards.newBuilder();
        load.shards()
            .forEach(
                s -> shards.addShards(ShardCodec.toProto(s, order.sizeBytes().applyAsLong(s))));
        builder.setLoad(shards);
      }
      case DeviceAction.Release release -> {
        ReleaseShards.Builder shards = ReleaseShards.newBuilder();
        release
            .shards()
            .forEach(
                s -> shards.addShards(ShardCodec.toProto(s, order.sizeBytes().applyAsLong(s))));
        builder.setRelease(shards);
      }
      case DeviceAction.Activate activate -> {
        ActivateRoutes.Builder routes =
            ActivateRoutes.newBuilder()
                .addRoutes(ShardCodec.toProto(activate.layer(), activate.route()));
        order
            .deploymentEntry()
            .ifPresent(entry -> routes.setShape(shape(entry, activate, order.kvCacheBytes())));
        builder.setActivate(routes);
      }
    }
    return builder.build();
  }

  private static ServingShape shape(
      DeploymentEntry entry, DeviceAction.Activate activate, long kvCacheBytes) {
    ModelSpec model = entry.spec().model();
    LayerSpec layer = model.layers().get(activate.layer());
    LayerSpec moe =
        model.layers().stream()
            .filter(LayerSpec::isMoe)
            .max(Comparator.comparingInt(LayerSpec::routedExperts))
            .orElse(layer);
    ServingShape.Builder builder =
        ServingShape.newBuilder()
            .setContextTokens(entry.spec().workload().contextTokens())
            .setHiddenSize(model.hiddenSize())
            .setExpertsPerToken(moe.expertsPerToken())
            .setRoutedExperts(moe.routedExperts())
            .setExpertParameters(moe.expertParameters())
            .setKvBytesPerTokenLayer(
                layer.attention().kvElementsPerToken() * model.kvPrecision().bytesPerWeight())
            .setAttentionFlopsPerContextToken(layer.attention().flopsPerContextToken())
            .setAttentionWindowTokens(layer.attention().windowTokens());
    model.layers().forEach(l -> builder.addLayerParameters(l.baseParameters()));
    Optional<Plan> plan = entry.targetPlan();
    if (plan.isPresent()) {
      int stages = plan.get().placement().stages().size();
      builder.setMicrobatchTokens(
          Math.ceilDiv(entry.spec().workload().batchTokens(), Math.max(1, stages)));
      builder.setKvCacheBytes(kvCacheBytes);
      StagePlacement stage = plan.get().placement().stageOf(activate.layer());
      builder
          .setPrecision(PrecisionCodec.toProto(stage.precision()))
          .setExpertPrecision(PrecisionCodec.toProto(stage.expertPrecision()));
    }
    return builder.build();
  }
}
