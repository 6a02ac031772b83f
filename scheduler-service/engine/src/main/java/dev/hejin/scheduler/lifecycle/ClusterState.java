package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that must survive a restart: the fold of the event log. Only {@link #apply} changes it; one
 * thread owns it.
 */
public final class ClusterState {
  private final TreeMap<String, NodeEntry> nodes = new TreeMap<>();
  private final TreeMap<String, SpeedEntry> speeds = new TreeMap<>();
  private final TreeMap<String, DeploymentEntry> deployments = new TreeMap<>();
  private long revision;
  private long poolRevision;

  /** Number of events applied. */
  public long revision() {
    return revision;
  }

  /** Revision of the last event that changed what plans may use. */
  public long poolRevision() {
    return poolRevision;
  }

  public NavigableMap<String, NodeEntry> nodes() {
    return Collections.unmodifiableNavigableMap(nodes);
  }

  public NavigableMap<String, SpeedEntry> speeds() {
    return Collections.unmodifiableNavigableMap(speeds);
  }

  public NavigableMap<String, DeploymentEntry> deployments() {
    return Collections.unmodifiableNavigableMap(deployments);
  }

  public Optional<DeploymentEntry> deployment(String name) {
    return Optional.ofNullable(deployments.get(name));
  }

  /**
   * What a plan of one deployment may use: the usable pool, with the memory that the other
   * deployments' plans take, headroom included, taken off. A device without memory left is absent.
   */
  public Pool poolFor(String deployment) {
    TreeMap<String, Long> taken = new TreeMap<>();
    for (DeploymentEntry other : deployments.values()) {
      if (!other.spec().name().equals(deployment)) {
        other
            .targetPlan()
            .ifPresent(
                plan ->
                    plan.memory()
                        .forEach(
                            m ->
                                taken.merge(
                                    m.deviceId(), m.usedBytes() + m.headroomBytes(), Long::sum)));
      }
    }
    Pool whole = usablePool();
    if (taken.isEmpty()) {
      return whole;
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : whole.nodes()) {
      List<Device> left =
          node.devices().stream()
              .map(device -> device.withoutMemory(taken.getOrDefault(device.id(), 0L)))
              .flatMap(Optional::stream)
              .toList();
      if (!left.isEmpty()) {
        nodes.add(new Node(node.id(), left, node.networkBandwidthBytesPerSecond()));
      }
    }
    return new Pool(nodes, whole.speedFactors());
  }

  /** Online nodes that are not drained, with the speeds seen so far. */
  public Pool usablePool() {
    List<Node> usable = new ArrayList<>();
    TreeMap<String, Double> factors = new TreeMap<>();
    for (NodeEntry entry : nodes.values()) {
      if (entry.isUsable()) {
        usable.add(entry.node());
        entry
            .node()
            .devices()
            .forEach(
                device -> {
                  SpeedEntry speed = speeds.get(device.id());
                  if (speed != null) {
                    factors.put(device.id(), speed.factor());
                  }
                });
      }
    }
    return new Pool(usable, factors);
  }

  /**
   * Changes state by one committed event.
   *
   * @param event what happened
   * @param timeMillis when the log says that it happened
   */
  public void apply(Event event, long timeMillis) {
    revision++;
    switch (event) {
      case Event.NodeJoined e -> join(e);
      case Event.NodeLost e -> changeNode(e.nodeId(), false, null, e.reason());
      case Event.NodeDrained e -> changeNode(e.nodeId(), null, true, e.reason());
      case Event.NodeUndrained e -> changeNode(e.nodeId(), null, false, "");
      case Event.SpeedObserved e -> {
        speeds.put(e.deviceId(), new SpeedEntry(e.speedFactor(), e.evidence()));
        poolRevision = revision;
      }
      case Event.DeploymentCreated e ->
          deployments.put(
              e.spec().name(),
              new DeploymentEntry(
                  e.spec(), null, e.spec().expectedLoad(), 0, false, "", false, List.of()));
      case Event.PlanAdopted e -> adopt(e, timeMillis);
      case Event.EpochActivated e -> activate(e, timeMillis);
      case Event.DeploymentBlocked e ->
          deployments.computeIfPresent(
              e.deployment(),
              (name, d) -> with(d, d.active(), e.reason(), d.deleting(), d.epochs()));
      case Event.DeploymentDeleting e ->
          deployments.computeIfPresent(
              e.deployment(), (name, d) -> with(d, false, "", true, d.epochs()));
      case Event.DeploymentDeleted e -> {
        deployments.remove(e.deployment());
        poolRevision = revision;
      }
    }
  }

  private void join(Event.NodeJoined event) {
    NodeEntry before = nodes.get(event.node().id());
    boolean drained = before != null && before.drained();
    nodes.put(event.node().id(), new NodeEntry(event.node(), true, drained, ""));
    poolRevision = revision;
  }

  private void changeNode(
      String nodeId, @Nullable Boolean online, @Nullable Boolean drained, String reason) {
    nodes.computeIfPresent(
        nodeId,
        (id, n) ->
            new NodeEntry(
                n.node(),
                online == null ? n.online() : online,
                drained == null ? n.drained() : drained,
                reason));
    poolRevision = revision;
  }

  private void adopt(Event.PlanAdopted e, long timeMillis) {
    if (deployments.size() > 1) {
      poolRevision = revision; // What one deployment takes, the others lack.
    }
    deployments.computeIfPresent(
        e.deployment(),
        (name, d) -> {
          List<EpochEntry> epochs = new ArrayList<>(d.epochs());
          epochs.add(
              new EpochEntry(
                  e.epoch(),
                  e.reason(),
                  revision,
                  timeMillis,
                  0,
                  e.movedBytes(),
                  e.movedShards(),
                  e.plan().prediction().tokensPerSecond()));
          int surplus = epochs.size() - DeploymentEntry.HISTORY;
          List<EpochEntry> kept = surplus > 0 ? epochs.subList(surplus, epochs.size()) : epochs;
          return new DeploymentEntry(
              d.spec(), e.plan(), e.load(), e.epoch(), false, "", d.deleting(), kept);
        });
  }

  private void activate(Event.EpochActivated e, long timeMillis) {
    deployments.computeIfPresent(
        e.deployment(),
        (name, d) ->
            with(
                d,
                d.epoch() == e.epoch() || d.active(),
                d.blockedReason(),
                d.deleting(),
                d.epochs().stream()
                    .map(x -> x.number() == e.epoch() ? x.activated(timeMillis) : x)
                    .toList()));
  }

  private static DeploymentEntry with(
      DeploymentEntry d,
      boolean active,
      String blocked,
      boolean deleting,
      List<EpochEntry> epochs) {
    return new DeploymentEntry(
        d.spec(), d.plan(), d.load(), d.epoch(), active, blocked, deleting, epochs);
  }
}
