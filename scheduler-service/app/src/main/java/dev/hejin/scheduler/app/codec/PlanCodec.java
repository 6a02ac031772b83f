package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.deployment.v1.LayerPlacement;
import dev.hejin.proto.deployment.v1.StagePlacement;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Prediction;
import dev.hejin.scheduler.plan.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Plans. */
public final class PlanCodec {
  private PlanCodec() {}

  /**
   * The plan as it goes to callers and into the log.
   *
   * @param collectiveLibrary of a device, by id; empty when unknown
   */
  public static dev.hejin.proto.deployment.v1.Plan toProto(
      Plan plan, Function<String, String> collectiveLibrary) {
    dev.hejin.proto.deployment.v1.Plan.Builder builder =
        dev.hejin.proto.deployment.v1.Plan.newBuilder()
            .setPrediction(prediction(plan.prediction()))
            .addAllAssumptions(plan.assumptions())
            .setPolicy(plan.policy());
    plan.placement()
        .stages()
        .forEach(
            stage ->
                builder.addStages(
                    stage(stage, String.join(" + ", libraries(stage, collectiveLibrary)))));
    plan.memory().forEach(memory -> builder.addMemory(memory(memory)));
    plan.refusals()
        .forEach(
            refusal ->
                builder.addRefusals(
                    dev.hejin.proto.deployment.v1.Refusal.newBuilder()
                        .setSubject(refusal.subject())
                        .setReason(refusal.reason())));
    return builder.build();
  }

  /** The libraries of a stage's devices; more than one where it spans them. */
  static Set<String> libraries(
      dev.hejin.scheduler.model.StagePlacement stage, Function<String, String> collectiveLibrary) {
    Set<String> libraries = new LinkedHashSet<>();
    stage.deviceIds().forEach(id -> libraries.add(collectiveLibrary.apply(id)));
    return libraries;
  }

  private static StagePlacement stage(
      dev.hejin.scheduler.model.StagePlacement stage, String collectiveLibrary) {
    StagePlacement.Builder builder =
        StagePlacement.newBuilder()
            .setFirstLayer(stage.firstLayer())
            .setEndLayer(stage.endLayer())
            .addAllDeviceIds(stage.deviceIds())
            .addAllTokenShares(stage.tokenShares())
            .setPrecision(PrecisionCodec.toProto(stage.precision()))
            .setExpertPrecision(PrecisionCodec.toProto(stage.expertPrecision()))
            .setCollectiveLibrary(collectiveLibrary)
            .setTensorParallel(stage.tensorParallel() == 1 ? 0 : stage.tensorParallel())
            .setExpertDevices(stage.expertDevices())
            .setParts(stage.parts() == 1 ? 0 : stage.parts());
    for (dev.hejin.scheduler.model.LayerPlacement layer : stage.layers()) {
      LayerPlacement.Builder row = LayerPlacement.newBuilder();
      for (int slot = 0; slot < layer.slots(); slot++) {
        row.addDevice(layer.device(slot)).addExpert(layer.expert(slot)).addShare(layer.share(slot));
      }
      builder.addLayers(row);
    }
    return builder.build();
  }

  private static dev.hejin.proto.deployment.v1.DeviceMemory memory(DeviceMemory memory) {
    return dev.hejin.proto.deployment.v1.DeviceMemory.newBuilder()
        .setDeviceId(memory.deviceId())
        .setCapacityBytes(memory.capacityBytes())
        .setWeightBytes(memory.weightBytes())
        .setKvCacheBytes(memory.kvCacheBytes())
        .setWorkspaceBytes(memory.workspaceBytes())
        .setHeadroomBytes(memory.headroomBytes())
        .build();
  }

  private static dev.hejin.proto.deployment.v1.Prediction prediction(Prediction p) {
    dev.hejin.proto.deployment.v1.Prediction.Builder builder =
        dev.hejin.proto.deployment.v1.Prediction.newBuilder()
            .addAllStageSeconds(p.stageSeconds())
            .setStepSeconds(p.stepSeconds())
            .setTokensPerSecond(p.tokensPerSecond())
            .setBoundTokensPerSecond(p.boundTokensPerSecond())
            .setBalancedness(p.balancedness())
            .setBottleneck(p.bottleneck());
    if (!Double.isNaN(p.costPerMillionTokensUsd())) {
      builder.setCostPerMillionTokensUsd(p.costPerMillionTokensUsd());
    }
    return builder.build();
  }

  /**
   * A plan read back from the log.
   *
   * @throws InvalidMessageException naming the field
   */
  public static Plan fromProto(dev.hejin.proto.deployment.v1.Plan plan) {
    List<dev.hejin.scheduler.model.StagePlacement> stages = new ArrayList<>();
    for (int i = 0; i < plan.getStagesCount(); i++) {
      stages.add(stage("plan.stages[" + i + "]", plan.getStages(i)));
    }
    Placement placement;
    try {
      placement = new Placement(stages);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("plan.stages", String.valueOf(e.getMessage()));
    }
    List<DeviceMemory> memory =
        plan.getMemoryList().stream()
            .map(
                m ->
                    new DeviceMemory(
                        m.getDeviceId(),
                        m.getCapacityBytes(),
                        m.getWeightBytes(),
                        m.getKvCacheBytes(),
                        m.getWorkspaceBytes(),
                        m.getHeadroomBytes()))
            .toList();
    dev.hejin.proto.deployment.v1.Prediction p = plan.getPrediction();
    return new Plan(
        placement,
        memory,
        new Prediction(
            p.getStageSecondsList(),
            p.getStepSeconds(),
            p.getTokensPerSecond(),
            p.getBoundTokensPerSecond(),
            p.hasCostPerMillionTokensUsd() ? p.getCostPerMillionTokensUsd() : Double.NaN,
            p.getBalancedness(),
            p.getBottleneck()),
        plan.getRefusalsList().stream()
            .map(r -> new Refusal(r.getSubject(), r.getReason()))
            .toList(),
        plan.getAssumptionsList(),
        plan.getPolicy());
  }

  private static dev.hejin.scheduler.model.StagePlacement stage(
      String field, StagePlacement stage) {
    dev.hejin.scheduler.model.Precision precision =
        PrecisionCodec.fromProto(field + ".precision", stage.getPrecision());
    dev.hejin.scheduler.model.Precision expertPrecision =
        PrecisionCodec.fromProto(field + ".expert_precision", stage.getExpertPrecision());
    try {
      return stage(stage, precision, expertPrecision);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(field, String.valueOf(e.getMessage()));
    }
  }

  private static dev.hejin.scheduler.model.StagePlacement stage(
      StagePlacement stage,
      dev.hejin.scheduler.model.Precision precision,
      dev.hejin.scheduler.model.Precision expertPrecision) {
    List<dev.hejin.scheduler.model.LayerPlacement> layers = new ArrayList<>();
    for (LayerPlacement layer : stage.getLayersList()) {
      layers.add(
          new dev.hejin.scheduler.model.LayerPlacement(
              layer.getDeviceList().stream().mapToInt(Integer::intValue).toArray(),
              layer.getExpertList().stream().mapToInt(Integer::intValue).toArray(),
              layer.getShareList().stream().mapToDouble(Double::doubleValue).toArray()));
    }
    return new dev.hejin.scheduler.model.StagePlacement(
        stage.getFirstLayer(),
        stage.getEndLayer(),
        stage.getDeviceIdsList(),
        stage.getTokenSharesList(),
        precision,
        expertPrecision,
        layers,
        stage.getTensorParallel() == 0 ? 1 : stage.getTensorParallel(),
        stage.getExpertDevices(),
        stage.getParts() == 0 ? 1 : stage.getParts());
  }

  /** What a model weighs. */
  public static dev.hejin.proto.deployment.v1.ModelSummary summary(ModelSpec model) {
    return dev.hejin.proto.deployment.v1.ModelSummary.newBuilder()
        .setName(model.name())
        .setTotalParameters(model.totalParameters())
        .setActiveParameters(model.activeParameters())
        .setLayerCount(model.layers().size())
        .setMoeLayerCount((int) model.layers().stream().filter(l -> l.isMoe()).count())
        .setRoutedExperts(model.layers().stream().mapToInt(l -> l.routedExperts()).max().orElse(0))
        .setExpertsPerToken(
            model.layers().stream().mapToInt(l -> l.expertsPerToken()).max().orElse(0))
        .setKvBytesPerToken(model.kvBytesPerToken())
        .setNativePrecision(PrecisionCodec.toProto(model.nativePrecision()))
        .addAllAssumptions(model.assumptions())
        .build();
  }
}
