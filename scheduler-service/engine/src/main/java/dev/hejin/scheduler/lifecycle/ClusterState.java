package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that must survive a restart: the fold of the event log. Only {@link #apply} changes it; one
 * thread owns it.
 */
public final class ClusterState {
  private final TreeMap<String, NodeEntry> nodes = new TreeMap<>();
  private final TreeMap<String, SpeedEntry> speeds = new TreeMap<>();
  private final TreeMap<String, DeploymentEntry> deployments = new TreeMap<>();
  private final TreeMap<String, String> setAside = new TreeMap<>();

  /** In the order in which they were answered. */
  private final LinkedHashMap<String, RequestEntry> requests = new LinkedHashMap<>();

  private @Nullable LeaderEntry leader;
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

  /** Devices that are there and that plans may not use, with the evidence. */
  public NavigableMap<String, String> setAside() {
    return Collections.unmodifiableNavigableMap(setAside);
  }

  /** Who wrote the log last; empty before the first election. */
  public Optional<LeaderEntry> leader() {
    return Optional.ofNullable(leader);
  }

  /** A change that was made under an id, while it is remembered. */
  public Optional<RequestEntry> request(String id) {
    return Optional.ofNullable(requests.get(id));
  }

  public Optional<DeploymentEntry> deployment(String name) {
    return Optional.ofNullable(deployments.get(name));
  }

  /** Pipelines of a service, by number; none when there is no such service. */
  public List<DeploymentEntry> pipelines(String service) {
    TreeMap<Integer, DeploymentEntry> pipelines = new TreeMap<>();
    for (DeploymentEntry entry : deployments.values()) {
      entry
          .spec()
          .membership()
          .filter(member -> member.service().equals(service))
          .ifPresent(member -> pipelines.put(member.pipeline(), entry));
    }
    return List.copyOf(pipelines.values());
  }

  /**
   * Share of its service's traffic that a deployment takes: by what the plans of those pipelines
   * that are served are predicted to reach. 1 when it is no pipeline, 0 while it is not served.
   */
  public double trafficShare(String deployment) {
    DeploymentEntry entry = deployments.get(deployment);
    if (entry == null) {
      return 0;
    }
    double own = entry.servedTokensPerSecond();
    double all =
        entry
            .spec()
            .membership()
            .map(
                member ->
                    pipelines(member.service()).stream()
                        .mapToDouble(DeploymentEntry::servedTokensPerSecond)
                        .sum())
            .orElse(own);
    return own > 0 ? own / all : 0;
  }

  /** What a plan of one deployment may use: what others leave, of a pipeline its own devices. */
  public Pool poolFor(String deployment) {
    return PlanPool.of(this, deployment);
  }

  /**
   * Devices of online nodes that are not drained, without those set aside, with the speeds seen so
   * far.
   */
  public Pool usablePool() {
    List<Node> usable = new ArrayList<>();
    TreeMap<String, Double> factors = new TreeMap<>();
    for (NodeEntry entry : nodes.values()) {
      if (!entry.isUsable()) {
        continue;
      }
      Node node = entry.node();
      List<Device> left =
          node.devices().stream().filter(device -> !setAside.containsKey(device.id())).toList();
      if (left.isEmpty()) {
        continue;
      }
      usable.add(
          left.size() == node.devices().size()
              ? node
              : new Node(node.id(), left, node.networkBandwidthBytesPerSecond()));
      for (Device device : left) {
        SpeedEntry speed = speeds.get(device.id());
        if (speed != null) {
          factors.put(device.id(), speed.factor());
        }
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
      case Event.NodeForgotten e -> forget(e.nodeId());
      case Event.SpeedObserved e -> {
        speeds.put(e.deviceId(), new SpeedEntry(e.speedFactor(), e.evidence()));
        poolRevision = revision;
      }
      case Event.DeploymentCreated e ->
          deployments.put(e.spec().name(), DeploymentEntry.created(e.spec()));
      case Event.PlanAdopted e -> adopt(e, timeMillis);
      case Event.EpochActivated e ->
          change(e.deployment(), d -> d.activated(e.epoch(), timeMillis));
      case Event.DeploymentBlocked e -> change(e.deployment(), d -> d.blocked(e.reason()));
      case Event.DeploymentDeleting e -> change(e.deployment(), DeploymentEntry::emptying);
      case Event.DeploymentDeleted e -> {
        deployments.remove(e.deployment());
        poolRevision = revision;
      }
      case Event.LeaderElected e -> leader = new LeaderEntry(e.address(), e.term());
      case Event.RequestAnswered e ->
          remember(new RequestEntry(e.requestId(), e.subject(), e.epoch(), e.reason(), revision));
      case Event.MigrationModeChanged e -> change(e.deployment(), d -> d.held(e.hold()));
      case Event.DeviceSetAside e -> {
        setAside.put(e.deviceId(), e.evidence());
        poolRevision = revision;
      }
      case Event.DeviceRestored e -> {
        setAside.remove(e.deviceId());
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

  private void forget(String nodeId) {
    nodes.remove(nodeId);
    speeds.keySet().removeIf(device -> Device.nodeOf(device).equals(nodeId));
    setAside.keySet().removeIf(device -> Device.nodeOf(device).equals(nodeId));
    poolRevision = revision;
  }

  private void adopt(Event.PlanAdopted e, long timeMillis) {
    // What one deployment takes the others lack, also one that is being planned just now.
    if (deployments.size() > 1 || e.epoch() == 1) {
      poolRevision = revision;
    }
    change(e.deployment(), d -> d.adopted(e, revision, timeMillis));
  }

  private void change(String deployment, UnaryOperator<DeploymentEntry> change) {
    deployments.computeIfPresent(deployment, (name, d) -> change.apply(d));
  }

  private void remember(RequestEntry request) {
    requests.remove(request.id());
    requests.put(request.id(), request);
    if (requests.size() > RequestEntry.HISTORY) {
      requests.pollFirstEntry();
    }
  }

  /** All of the state, so that {@link #restore} of it is this state. */
  public List<StatePart> snapshot() {
    List<StatePart> parts = new ArrayList<>();
    parts.add(new StatePart.Head(revision, poolRevision, leader));
    nodes.values().forEach(node -> parts.add(new StatePart.NodePart(node)));
    speeds.forEach((id, speed) -> parts.add(new StatePart.SpeedPart(id, speed)));
    setAside.forEach((id, evidence) -> parts.add(new StatePart.SetAsidePart(id, evidence)));
    deployments.values().forEach(d -> parts.add(new StatePart.DeploymentPart(d)));
    requests.values().forEach(request -> parts.add(new StatePart.RequestPart(request)));
    parts.add(new StatePart.End(parts.size() - 1));
    return parts;
  }

  /**
   * Becomes what a snapshot holds, whatever it was.
   *
   * @throws IllegalArgumentException when the parts are no whole snapshot
   */
  public void restore(List<StatePart> parts) {
    if (parts.size() < 2
        || !(parts.getFirst() instanceof StatePart.Head head)
        || !(parts.getLast() instanceof StatePart.End end)
        || end.parts() != parts.size() - 2) {
      throw new IllegalArgumentException(
          "a snapshot of " + parts.size() + " parts is not whole\nMaybe records were deleted.");
    }
    nodes.clear();
    speeds.clear();
    setAside.clear();
    deployments.clear();
    requests.clear();
    revision = head.revision();
    poolRevision = head.poolRevision();
    leader = head.leader();
    for (StatePart part : parts) {
      switch (part) {
        case StatePart.Head h -> {}
        case StatePart.NodePart p -> nodes.put(p.node().node().id(), p.node());
        case StatePart.SpeedPart p -> speeds.put(p.deviceId(), p.speed());
        case StatePart.SetAsidePart p -> setAside.put(p.deviceId(), p.evidence());
        case StatePart.DeploymentPart p -> deployments.put(p.entry().spec().name(), p.entry());
        case StatePart.RequestPart p -> remember(p.request());
        case StatePart.End e -> {}
      }
    }
  }
}
