package dev.hejin.scheduler.app.codec;

import com.google.protobuf.util.Timestamps;
import dev.hejin.proto.event.v1.DeploymentBlocked;
import dev.hejin.proto.event.v1.DeploymentCreated;
import dev.hejin.proto.event.v1.DeploymentDeleted;
import dev.hejin.proto.event.v1.DeploymentDeleting;
import dev.hejin.proto.event.v1.DeviceRestored;
import dev.hejin.proto.event.v1.DeviceSetAside;
import dev.hejin.proto.event.v1.EpochActivated;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.event.v1.LeaderElected;
import dev.hejin.proto.event.v1.MigrationModeChanged;
import dev.hejin.proto.event.v1.NodeDrained;
import dev.hejin.proto.event.v1.NodeJoined;
import dev.hejin.proto.event.v1.NodeLost;
import dev.hejin.proto.event.v1.NodeUndrained;
import dev.hejin.proto.event.v1.PlanAdopted;
import dev.hejin.proto.event.v1.RequestAnswered;
import dev.hejin.proto.event.v1.SpeedObserved;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.lifecycle.MigrationHold;
import dev.hejin.scheduler.lifecycle.ModelReference;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.function.Function;

/** Events of the log. */
public final class EventCodec {
  /** Format that this version writes. */
  public static final int FORMAT_VERSION = 2;

  private EventCodec() {}

  /** The record of one event. */
  public static EventRecord toProto(Event event, long revision, long timeMillis) {
    EventRecord.Builder record =
        EventRecord.newBuilder()
            .setFormatVersion(FORMAT_VERSION)
            .setRevision(revision)
            .setTime(Timestamps.fromMillis(timeMillis));
    switch (event) {
      case Event.NodeJoined e ->
          record.setNodeJoined(
              NodeJoined.newBuilder().setCapability(CapabilityCodec.toProto(e.node())));
      case Event.NodeLost e ->
          record.setNodeLost(NodeLost.newBuilder().setNodeId(e.nodeId()).setReason(e.reason()));
      case Event.NodeDrained e ->
          record.setNodeDrained(
              NodeDrained.newBuilder().setNodeId(e.nodeId()).setReason(e.reason()));
      case Event.NodeForgotten e ->
          record.setNodeLost(NodeLost.newBuilder().setNodeId(e.nodeId()).setForgotten(true));
      case Event.NodeUndrained e ->
          record.setNodeUndrained(NodeUndrained.newBuilder().setNodeId(e.nodeId()));
      case Event.SpeedObserved e ->
          record.setSpeedObserved(
              SpeedObserved.newBuilder()
                  .setDeviceId(e.deviceId())
                  .setSpeedFactor(e.speedFactor())
                  .setEvidence(e.evidence()));
      case Event.DeploymentCreated e -> record.setDeploymentCreated(created(e.spec()));
      case Event.PlanAdopted e -> record.setPlanAdopted(adopted(e));
      case Event.EpochActivated e ->
          record.setEpochActivated(
              EpochActivated.newBuilder().setDeployment(e.deployment()).setEpoch(e.epoch()));
      case Event.DeploymentBlocked e ->
          record.setDeploymentBlocked(
              DeploymentBlocked.newBuilder().setDeployment(e.deployment()).setReason(e.reason()));
      case Event.DeploymentDeleting e ->
          record.setDeploymentDeleting(
              DeploymentDeleting.newBuilder().setDeployment(e.deployment()));
      case Event.DeploymentDeleted e ->
          record.setDeploymentDeleted(DeploymentDeleted.newBuilder().setDeployment(e.deployment()));
      case Event.LeaderElected e ->
          record.setLeaderElected(
              LeaderElected.newBuilder().setAddress(e.address()).setTerm(e.term()));
      case Event.RequestAnswered e ->
          record.setRequestAnswered(
              RequestAnswered.newBuilder()
                  .setRequestId(e.requestId())
                  .setSubject(e.subject())
                  .setEpoch(e.epoch())
                  .setReason(e.reason()));
      case Event.MigrationModeChanged e -> record.setMigrationModeChanged(modeChanged(e));
      case Event.DeviceSetAside e ->
          record.setDeviceSetAside(
              DeviceSetAside.newBuilder().setDeviceId(e.deviceId()).setEvidence(e.evidence()));
      case Event.DeviceRestored e ->
          record.setDeviceRestored(
              DeviceRestored.newBuilder().setDeviceId(e.deviceId()).setReason(e.reason()));
    }
    return record.build();
  }

  private static MigrationModeChanged modeChanged(Event.MigrationModeChanged e) {
    return MigrationModeChanged.newBuilder()
        .setDeployment(e.deployment())
        .setMode(MigrationModeCodec.toProto(e.hold().mode()))
        .setReason(e.hold().reason())
        .build();
  }

  private static Event modeChanged(MigrationModeChanged e) {
    return new Event.MigrationModeChanged(
        e.getDeployment(),
        new MigrationHold(MigrationModeCodec.fromProto(e.getMode()), e.getReason()));
  }

  static DeploymentCreated created(DeploymentSpec spec) {
    DeploymentCreated.Builder created =
        DeploymentCreated.newBuilder().setSpec(SpecCodec.toProto(spec));
    ModelReference.Catalogued catalogued = spec.reference().catalogued();
    if (catalogued != null) {
      created.setModelName(catalogued.modelName()).setModelConfigJson(catalogued.configJson());
    }
    return created.build();
  }

  static DeploymentSpec created(DeploymentCreated created) {
    return SpecCodec.recorded(
        created.getSpec(),
        created.getModelConfigJson().isEmpty()
            ? null
            : new ModelReference.Catalogued(created.getModelName(), created.getModelConfigJson()));
  }

  private static PlanAdopted adopted(Event.PlanAdopted e) {
    return PlanAdopted.newBuilder()
        .setDeployment(e.deployment())
        .setEpoch(e.epoch())
        .setReason(e.reason())
        .setPlan(PlanCodec.toProto(e.plan(), device -> ""))
        .setLoad(LoadCodec.toProto(e.load()))
        .setMovedBytes(e.movedBytes())
        .setMovedShards(e.movedShards())
        .build();
  }

  private static Event lost(NodeLost lost) {
    return lost.getForgotten()
        ? new Event.NodeForgotten(lost.getNodeId())
        : new Event.NodeLost(lost.getNodeId(), lost.getReason());
  }

  /**
   * One event read back.
   *
   * @param model of a deployment created by an earlier event, by name
   * @throws InvalidMessageException when a newer version wrote the record
   */
  public static Event fromProto(EventRecord record, Function<String, ModelSpec> model) {
    checkFormat(record);
    return switch (record.getEventCase()) {
      case NODE_JOINED ->
          new Event.NodeJoined(
              CapabilityCodec.recorded("capability", record.getNodeJoined().getCapability()));
      case NODE_LOST -> lost(record.getNodeLost());
      case NODE_DRAINED ->
          new Event.NodeDrained(
              record.getNodeDrained().getNodeId(), record.getNodeDrained().getReason());
      case NODE_UNDRAINED -> new Event.NodeUndrained(record.getNodeUndrained().getNodeId());
      case SPEED_OBSERVED ->
          new Event.SpeedObserved(
              record.getSpeedObserved().getDeviceId(),
              record.getSpeedObserved().getSpeedFactor(),
              record.getSpeedObserved().getEvidence());
      case DEPLOYMENT_CREATED ->
          new Event.DeploymentCreated(created(record.getDeploymentCreated()));
      case PLAN_ADOPTED -> adopted(record.getPlanAdopted(), model);
      case EPOCH_ACTIVATED ->
          new Event.EpochActivated(
              record.getEpochActivated().getDeployment(), record.getEpochActivated().getEpoch());
      case DEPLOYMENT_BLOCKED ->
          new Event.DeploymentBlocked(
              record.getDeploymentBlocked().getDeployment(),
              record.getDeploymentBlocked().getReason());
      case DEPLOYMENT_DELETING ->
          new Event.DeploymentDeleting(record.getDeploymentDeleting().getDeployment());
      case DEPLOYMENT_DELETED ->
          new Event.DeploymentDeleted(record.getDeploymentDeleted().getDeployment());
      case LEADER_ELECTED ->
          new Event.LeaderElected(
              record.getLeaderElected().getAddress(), record.getLeaderElected().getTerm());
      case REQUEST_ANSWERED ->
          new Event.RequestAnswered(
              record.getRequestAnswered().getRequestId(),
              record.getRequestAnswered().getSubject(),
              record.getRequestAnswered().getEpoch(),
              record.getRequestAnswered().getReason());
      case MIGRATION_MODE_CHANGED -> modeChanged(record.getMigrationModeChanged());
      case DEVICE_SET_ASIDE ->
          new Event.DeviceSetAside(
              record.getDeviceSetAside().getDeviceId(), record.getDeviceSetAside().getEvidence());
      case DEVICE_RESTORED ->
          new Event.DeviceRestored(
              record.getDeviceRestored().getDeviceId(), record.getDeviceRestored().getReason());
      case SNAPSHOT_PART ->
          throw new InvalidMessageException(
              "event", "record at revision " + record.getRevision() + " is part of a snapshot");
      case EVENT_NOT_SET ->
          throw new InvalidMessageException(
              "event",
              "event " + record.getRevision() + " is empty\nMaybe a newer scheduler wrote it.");
    };
  }

  /**
   * @throws InvalidMessageException when a newer version wrote the record
   */
  static void checkFormat(EventRecord record) {
    if (record.getFormatVersion() < 1 || record.getFormatVersion() > FORMAT_VERSION) {
      throw new InvalidMessageException(
          "format_version",
          "event "
              + record.getRevision()
              + " has format "
              + record.getFormatVersion()
              + ", this version reads up to "
              + FORMAT_VERSION
              + "\nMaybe a newer scheduler wrote it; run that version.");
    }
  }

  private static Event adopted(PlanAdopted e, Function<String, ModelSpec> model) {
    return new Event.PlanAdopted(
        e.getDeployment(),
        e.getEpoch(),
        e.getReason(),
        PlanCodec.fromProto(e.getPlan()),
        LoadCodec.fromProto("load", model.apply(e.getDeployment()), e.getLoad()),
        e.getMovedBytes(),
        e.getMovedShards());
  }
}
