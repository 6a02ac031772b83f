package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DeviceView;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.app.port.NodeView;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Decision;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.NodeEntry;
import dev.hejin.scheduler.lifecycle.ServiceMember;
import dev.hejin.scheduler.lifecycle.SpeedEntry;
import dev.hejin.scheduler.model.Device;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** State, progress and telemetry together, as callers see them. On the loop only. */
final class Views {
  private final Committer committer;
  private final Reconciler reconciler;
  private final Observer observer;
  private final Calibrator calibrator;
  private final Books books;
  private final AgentSessions sessions;

  Views(
      Committer committer,
      Reconciler reconciler,
      Observer observer,
      Calibrator calibrator,
      Books books,
      AgentSessions sessions) {
    this.committer = committer;
    this.reconciler = reconciler;
    this.observer = observer;
    this.calibrator = calibrator;
    this.books = books;
    this.sessions = sessions;
  }

  private ClusterState state() {
    return committer.state();
  }

  /**
   * A deployment as the log has it.
   *
   * @throws RejectedException when there is none of that name
   */
  DeploymentEntry entry(String name) {
    return state()
        .deployment(name)
        .orElseThrow(
            () ->
                new RejectedException(
                    Decision.Kind.NOT_FOUND, "name", "no deployment '" + name + "'" + hint(name)));
  }

  private String hint(String name) {
    List<String> pipelines =
        state().pipelines(name).stream().map(entry -> entry.spec().name()).toList();
    return pipelines.isEmpty()
        ? "\nMaybe see ./hejin deployments."
        : ": it is a service\nMaybe one of its pipelines: " + String.join(", ", pipelines) + ".";
  }

  /** A service's pipelines, by number; none when there is no such service. */
  List<DeploymentView> pipelines(String service) {
    return state().pipelines(service).stream()
        .map(entry -> deployment(entry.spec().name()))
        .toList();
  }

  DeploymentView deployment(String name) {
    DeploymentEntry entry = entry(name);
    boolean hears = committer.otherLeader().isEmpty();
    Optional<DeploymentView.Progress> progress =
        hears && !reconciler.awaitsReports()
            ? Optional.of(reconciler.progress(entry))
            : Optional.empty();
    int unserved = progress.map(DeploymentView.Progress::unservedExperts).orElse(0);
    DeploymentView.State stateNow = reconciler.state(entry, unserved, hears);
    String reason =
        switch (stateNow) {
          case BLOCKED -> entry.blockedReason();
          case DEGRADED -> text(unserved);
          case AWAITING_REPORTS ->
              reconciler.unreportedNodes()
                  + " nodes have not told this new leader yet what they serve"
                  + (unserved > 0 ? "; of the others, " + text(unserved) : "");
          case LOADING, SERVING, MIGRATING, DELETING -> "";
        };
    return new DeploymentView(
        entry,
        stateNow,
        reason,
        observer.observation(entry, unserved),
        progress,
        state().trafficShare(name),
        state().revision());
  }

  private static String text(int unserved) {
    return unserved + " experts or layers have no live replica";
  }

  /** What a name means: a deployment, a service's pipelines, or nothing. */
  List<DeploymentView> named(String name) {
    return state().deployment(name).isPresent() ? List.of(deployment(name)) : pipelines(name);
  }

  /** The service whose pipeline a deployment is. */
  Optional<String> serviceOf(String deployment) {
    return state()
        .deployment(deployment)
        .flatMap(entry -> entry.spec().membership())
        .map(ServiceMember::service);
  }

  DeviceView device(NodeEntry node, Device device) {
    SpeedEntry seen = state().speeds().getOrDefault(device.id(), new SpeedEntry(1.0, ""));
    String aside = state().setAside().get(device.id());
    SpeedEntry speed = aside == null ? seen : new SpeedEntry(seen.factor(), "set aside: " + aside);
    Optional<AgentSessions.Session> session = sessions.of(node.node().id());
    Optional<DeviceWindow> window = observer.window(device.id());
    return new DeviceView(
        device,
        node,
        session.map(s -> s.remarks.healthReasons().getOrDefault(device.id(), "")).orElse(""),
        speed,
        session.isPresent() ? OptionalInt.of(shards(device)) : OptionalInt.empty(),
        window.map(w -> OptionalLong.of(w.memoryUsedBytes())).orElse(OptionalLong.empty()),
        window.map(DeviceWindow::stepSeconds).orElse(0.0),
        window.map(DeviceWindow::temperatureCelsius).orElse(0.0),
        calibrator.of(device.id()));
  }

  private int shards(Device device) {
    int shards = 0;
    for (String deployment : books.deployments()) {
      Map<String, DeviceBook> devices = books.of(deployment);
      DeviceBook book = devices.get(device.id());
      shards += book == null ? 0 : book.contents().loaded().size();
    }
    return shards;
  }

  NodeView node(NodeEntry entry) {
    Optional<AgentSessions.Session> session = sessions.of(entry.node().id());
    return new NodeView(
        entry,
        session.map(s -> s.remarks.labels()).orElse(Map.of()),
        session.map(s -> s.lastSeenMillis).orElse(0L),
        entry.node().devices().stream().map(device -> device(entry, device)).toList(),
        state().revision());
  }
}
