package dev.hejin.scheduler.app.codec;

import com.google.protobuf.util.Timestamps;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.DeploymentState;
import dev.hejin.proto.deployment.v1.Epoch;
import dev.hejin.proto.deployment.v1.Observation;
import dev.hejin.proto.deployment.v1.Progress;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import dev.hejin.proto.inventory.v1.GetNodeResponse;
import dev.hejin.proto.inventory.v1.NodeState;
import dev.hejin.proto.inventory.v1.ObservedTime;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DeviceView;
import dev.hejin.scheduler.app.port.NodeView;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.EpochEntry;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.planner.PlanResult;

/** What callers see. */
public final class ViewCodec {
  private static final int INDEX_DIGITS = 5;

  private ViewCodec() {}

  /** A deployment, with its plan when asked. */
  public static Deployment toProto(DeploymentView view, boolean includePlan) {
    DeploymentEntry entry = view.entry();
    Deployment.Builder builder =
        Deployment.newBuilder()
            .setSpec(SpecCodec.toProto(entry.spec()).toBuilder().clearExpertLoad())
            .setState(DeploymentState.valueOf("DEPLOYMENT_STATE_" + view.state().name()))
            .setStateReason(view.stateReason())
            .setModel(PlanCodec.summary(entry.spec().model()))
            .setObservation(observation(view))
            .setMigrationMode(MigrationModeCodec.toProto(entry.hold().mode()))
            .setMigrationReason(entry.hold().reason())
            .setTrafficShare(view.trafficShare());
    view.progress().ifPresent(progress -> builder.setProgress(progress(progress)));
    if (includePlan) {
      entry.targetPlan().ifPresent(plan -> builder.setPlan(PlanCodec.toProto(plan, device -> "")));
    }
    entry.epochs().forEach(epoch -> builder.addEpochs(epoch(epoch)));
    return builder.build();
  }

  private static Observation observation(DeploymentView view) {
    DeploymentView.Observation o = view.observation();
    Observation.Builder builder =
        Observation.newBuilder()
            .setTokensPerSecond(o.tokensPerSecond())
            .setBalancedness(o.balancedness())
            .setStepSeconds(
                o.stageSeconds().stream().mapToDouble(Double::doubleValue).max().orElse(0))
            .addAllStageSeconds(o.stageSeconds())
            .setUnservedExperts(
                view.progress().map(DeploymentView.Progress::unservedExperts).orElse(0))
            .setLoadDrift(o.loadDrift())
            .setSimulated(o.simulated());
    if (o.windowEndMillis() > 0) {
      builder.setWindowEndTime(Timestamps.fromMillis(o.windowEndMillis()));
    }
    return builder.build();
  }

  private static Progress progress(DeploymentView.Progress p) {
    return Progress.newBuilder()
        .setShardsMissing(p.missingShards())
        .setShardsSurplus(p.surplusShards())
        .setDirectivesInFlight(p.directivesInFlight())
        .setInvariantViolations(p.violations())
        .setLastViolation(p.lastViolation())
        .build();
  }

  private static Epoch epoch(EpochEntry e) {
    Epoch.Builder builder =
        Epoch.newBuilder()
            .setNumber(e.number())
            .setReason(e.reason())
            .setAdoptedTime(Timestamps.fromMillis(e.adoptedMillis()))
            .setMovedBytes(e.movedBytes())
            .setMovedShards(e.movedShards())
            .setPredictedTokensPerSecond(e.predictedTokensPerSecond());
    if (e.activeMillis() > 0) {
      builder.setActiveTime(Timestamps.fromMillis(e.activeMillis()));
    }
    return builder.build();
  }

  /** A device. */
  public static DeviceStatus toProto(DeviceView view) {
    DeviceStatus.Builder builder =
        DeviceStatus.newBuilder()
            .setCapability(
                CapabilityCodec.toProto(view.device()).toBuilder()
                    .setHealthReason(view.healthReason()))
            .setNodeId(view.node().node().id())
            .setNodeState(state(view.node()))
            .setSpeedFactor(view.speed().factor())
            .setSpeedEvidence(view.speed().evidence())
            .setStepSeconds(view.stepSeconds())
            .setTemperatureCelsius(view.temperatureCelsius());
    view.memoryUsedBytes()
        .ifPresentOrElse(builder::setMemoryUsedBytes, () -> builder.setMemoryUsedUnknown(true));
    view.shards().ifPresentOrElse(builder::setShardCount, () -> builder.setShardCountUnknown(true));
    if (view.scale().windows() > 0) {
      builder.setObservedTime(
          ObservedTime.newBuilder()
              .setAttentionScale(view.scale().attention())
              .setExpertScale(view.scale().experts())
              .setWindows(view.scale().windows())
              .setRelativeError(view.scale().error())
              .setBelieved(view.scale().isKnown()));
    }
    return builder.build();
  }

  /** A node. */
  public static GetNodeResponse toProto(NodeView view) {
    GetNodeResponse.Builder builder =
        GetNodeResponse.newBuilder()
            .setCapability(capability(view))
            .setState(state(view.entry()))
            .setRevision(view.revision());
    if (view.lastHeartbeatMillis() > 0) {
      builder.setLastHeartbeatTime(Timestamps.fromMillis(view.lastHeartbeatMillis()));
    }
    view.devices().forEach(device -> builder.addDevices(toProto(device)));
    return builder.build();
  }

  private static NodeCapability capability(NodeView view) {
    NodeCapability.Builder node = NodeCapability.newBuilder();
    node.mergeFrom(CapabilityCodec.toProto(view.entry().node())).putAllLabels(view.labels());
    for (int i = 0; i < view.devices().size(); i++) {
      node.getDevicesBuilder(i).setHealthReason(view.devices().get(i).healthReason());
    }
    return node.build();
  }

  private static NodeState state(NodeEntry entry) {
    if (!entry.online()) {
      return NodeState.NODE_STATE_LOST;
    }
    return entry.drained() ? NodeState.NODE_STATE_DRAINED : NodeState.NODE_STATE_ONLINE;
  }

  /** Why no plan fits, in words. */
  public static String explain(PlanResult.Infeasible infeasible) {
    StringBuilder text = new StringBuilder(infeasible.reason());
    if (!infeasible.suggestion().isEmpty()) {
      text.append('\n').append(infeasible.suggestion());
    }
    infeasible
        .refusals()
        .forEach(
            refusal ->
                text.append("\n  ")
                    .append(refusal.subject())
                    .append(": ")
                    .append(refusal.reason()));
    return text.toString();
  }

  /** A text that sorts device ids by node, then by number. */
  public static String sortKey(String deviceId) {
    int slash = deviceId.lastIndexOf('/');
    String index = deviceId.substring(slash + 1);
    return deviceId.substring(0, slash + 1)
        + "0".repeat(Math.max(0, INDEX_DIGITS - index.length()))
        + index;
  }
}
