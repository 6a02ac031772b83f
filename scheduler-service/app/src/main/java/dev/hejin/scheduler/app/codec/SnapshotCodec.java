package dev.hejin.scheduler.app.codec;

import com.google.protobuf.util.Timestamps;
import dev.hejin.proto.event.v1.DeploymentSnapshot;
import dev.hejin.proto.event.v1.DeviceSetAside;
import dev.hejin.proto.event.v1.EpochSnapshot;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.event.v1.LeaderElected;
import dev.hejin.proto.event.v1.NodeSnapshot;
import dev.hejin.proto.event.v1.RequestAnswered;
import dev.hejin.proto.event.v1.SnapshotEnd;
import dev.hejin.proto.event.v1.SnapshotHead;
import dev.hejin.proto.event.v1.SnapshotPart;
import dev.hejin.proto.event.v1.SpeedObserved;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.EpochEntry;
import dev.hejin.scheduler.lifecycle.LeaderEntry;
import dev.hejin.scheduler.lifecycle.MigrationHold;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.lifecycle.PlanEntry;
import dev.hejin.scheduler.lifecycle.RequestEntry;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.lifecycle.StatePart;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.plan.Plan;
import org.jspecify.annotations.Nullable;

/** Parts of snapshots. */
final class SnapshotCodec {
  private SnapshotCodec() {}

  static EventRecord toProto(StatePart part, long revision, long timeMillis) {
    return EventRecord.newBuilder()
        .setFormatVersion(EventCodec.FORMAT_VERSION)
        .setRevision(revision)
        .setTime(Timestamps.fromMillis(timeMillis))
        .setSnapshotPart(part(part))
        .build();
  }

  private static SnapshotPart part(StatePart part) {
    SnapshotPart.Builder builder = SnapshotPart.newBuilder();
    switch (part) {
      case StatePart.Head p -> builder.setHead(head(p));
      case StatePart.NodePart p -> builder.setNode(node(p.node()));
      case StatePart.SpeedPart p ->
          builder.setSpeed(
              SpeedObserved.newBuilder()
                  .setDeviceId(p.deviceId())
                  .setSpeedFactor(p.speed().factor())
                  .setEvidence(p.speed().evidence()));
      case StatePart.SetAsidePart p ->
          builder.setSetAside(
              DeviceSetAside.newBuilder().setDeviceId(p.deviceId()).setEvidence(p.evidence()));
      case StatePart.DeploymentPart p -> builder.setDeployment(deployment(p.entry()));
      case StatePart.RequestPart p ->
          builder.setRequest(
              RequestAnswered.newBuilder()
                  .setRequestId(p.request().id())
                  .setSubject(p.request().subject())
                  .setEpoch(p.request().epoch())
                  .setReason(p.request().reason())
                  .setRevision(p.request().revision()));
      case StatePart.End p -> builder.setEnd(SnapshotEnd.newBuilder().setParts(p.parts()));
    }
    return builder.build();
  }

  private static SnapshotHead head(StatePart.Head head) {
    SnapshotHead.Builder builder = SnapshotHead.newBuilder().setPoolRevision(head.poolRevision());
    LeaderEntry leader = head.leader();
    if (leader != null) {
      builder.setLeader(
          LeaderElected.newBuilder().setAddress(leader.address()).setTerm(leader.term()));
    }
    return builder.build();
  }

  private static NodeSnapshot node(NodeEntry node) {
    return NodeSnapshot.newBuilder()
        .setCapability(CapabilityCodec.toProto(node.node()))
        .setOnline(node.online())
        .setDrained(node.drained())
        .setReason(node.reason())
        .build();
  }

  private static DeploymentSnapshot deployment(DeploymentEntry d) {
    DeploymentSnapshot.Builder builder =
        DeploymentSnapshot.newBuilder()
            .setCreated(EventCodec.created(d.spec()))
            .setLoad(LoadCodec.toProto(d.load()))
            .setEpoch(d.epoch())
            .setActive(d.active())
            .setBlockedReason(d.blockedReason())
            .setDeleting(d.deleting())
            .setMode(MigrationModeCodec.toProto(d.hold().mode()))
            .setModeReason(d.hold().reason());
    d.targetPlan().ifPresent(plan -> builder.setPlan(PlanCodec.toProto(plan, device -> "")));
    d.fallbackPlan()
        .ifPresent(
            back ->
                builder
                    .setFallbackPlan(PlanCodec.toProto(back.plan(), device -> ""))
                    .setFallbackLoad(LoadCodec.toProto(back.load())));
    for (EpochEntry epoch : d.epochs()) {
      EpochSnapshot.Builder row =
          EpochSnapshot.newBuilder()
              .setNumber(epoch.number())
              .setReason(epoch.reason())
              .setAdoptedRevision(epoch.adoptedRevision())
              .setAdoptedTime(Timestamps.fromMillis(epoch.adoptedMillis()))
              .setMovedBytes(epoch.movedBytes())
              .setMovedShards(epoch.movedShards())
              .setPredictedTokensPerSecond(epoch.predictedTokensPerSecond());
      if (epoch.activeMillis() > 0) {
        row.setActiveTime(Timestamps.fromMillis(epoch.activeMillis()));
      }
      builder.addEpochs(row);
    }
    return builder.build();
  }

  /**
   * A part read back.
   *
   * @throws InvalidMessageException when a newer version wrote it, or it is malformed
   */
  static StatePart fromProto(EventRecord record) {
    EventCodec.checkFormat(record);
    SnapshotPart part = record.getSnapshotPart();
    return switch (part.getPartCase()) {
      case HEAD ->
          new StatePart.Head(
              record.getRevision(), part.getHead().getPoolRevision(), leader(part.getHead()));
      case NODE ->
          new StatePart.NodePart(
              new NodeEntry(
                  CapabilityCodec.recorded("capability", part.getNode().getCapability()),
                  part.getNode().getOnline(),
                  part.getNode().getDrained(),
                  part.getNode().getReason()));
      case SPEED ->
          new StatePart.SpeedPart(
              part.getSpeed().getDeviceId(),
              new SpeedEntry(part.getSpeed().getSpeedFactor(), part.getSpeed().getEvidence()));
      case DEPLOYMENT -> new StatePart.DeploymentPart(deployment(part.getDeployment()));
      case REQUEST ->
          new StatePart.RequestPart(
              new RequestEntry(
                  part.getRequest().getRequestId(),
                  part.getRequest().getSubject(),
                  part.getRequest().getEpoch(),
                  part.getRequest().getReason(),
                  part.getRequest().getRevision()));
      case END -> new StatePart.End(part.getEnd().getParts());
      case SET_ASIDE ->
          new StatePart.SetAsidePart(
              part.getSetAside().getDeviceId(), part.getSetAside().getEvidence());
      case PART_NOT_SET ->
          throw new InvalidMessageException(
              "snapshot_part",
              "part at revision "
                  + record.getRevision()
                  + " is empty\nMaybe a newer scheduler wrote it.");
    };
  }

  private static @Nullable LeaderEntry leader(SnapshotHead head) {
    return head.hasLeader()
        ? new LeaderEntry(head.getLeader().getAddress(), head.getLeader().getTerm())
        : null;
  }

  private static DeploymentEntry deployment(DeploymentSnapshot d) {
    DeploymentSpec spec = EventCodec.created(d.getCreated());
    Plan plan = d.hasPlan() ? PlanCodec.fromProto(d.getPlan()) : null;
    ExpertLoad load = LoadCodec.fromProto("load", spec.model(), d.getLoad());
    PlanEntry fallback =
        d.hasFallbackPlan()
            ? new PlanEntry(
                PlanCodec.fromProto(d.getFallbackPlan()),
                LoadCodec.fromProto("fallback_load", spec.model(), d.getFallbackLoad()))
            : null;
    return new DeploymentEntry(
        spec,
        plan,
        load,
        d.getEpoch(),
        d.getActive(),
        d.getBlockedReason(),
        d.getDeleting(),
        d.getEpochsList().stream().map(SnapshotCodec::epoch).toList(),
        new MigrationHold(MigrationModeCodec.fromProto(d.getMode()), d.getModeReason()),
        fallback);
  }

  private static EpochEntry epoch(EpochSnapshot epoch) {
    return new EpochEntry(
        epoch.getNumber(),
        epoch.getReason(),
        epoch.getAdoptedRevision(),
        Timestamps.toMillis(epoch.getAdoptedTime()),
        epoch.hasActiveTime() ? Timestamps.toMillis(epoch.getActiveTime()) : 0,
        epoch.getMovedBytes(),
        epoch.getMovedShards(),
        epoch.getPredictedTokensPerSecond());
  }
}
