package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.observe.LogFields;
import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.port.DirectiveOrder;
import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.MigrationHold;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.DeviceView;
import dev.hejin.scheduler.plan.LayerRoute;
import dev.hejin.scheduler.plan.LoadRate;
import dev.hejin.scheduler.plan.Plan;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Compares what plans want with what devices hold and sends the difference, step by step. Has no
 * memory of steps: after a restart the same comparison goes on from what agents report.
 */
final class Reconciler {
  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  private final SchedulerConfig.Migration settings;
  private final LoadRate rate;
  private final Committer committer;
  private final Books books;
  private final AgentSessions sessions;
  private final Clock clock;
  private final TreeSet<String> dirty = new TreeSet<>();
  private final TreeMap<String, MigrationTracker> trackers = new TreeMap<>();

  /** Since when full devices keep a deployment from its target, milliseconds. */
  private final TreeMap<String, Long> blockedSince = new TreeMap<>();

  private Predicate<String> isBeingRepaired = name -> false;
  private long lastDirective;

  Reconciler(
      SchedulerConfig.Migration settings,
      Committer committer,
      Books books,
      AgentSessions sessions,
      Clock clock) {
    this.settings = settings;
    this.rate = new LoadRate(settings.deviceBytesPerSecond(), settings.nodeBytesPerSecond());
    this.committer = committer;
    this.books = books;
    this.sessions = sessions;
    this.clock = clock;
  }

  private ClusterState state() {
    return committer.state();
  }

  void markDirty(String deployment) {
    dirty.add(deployment);
  }

  /** A node went away, with all that its devices held, perhaps to come back at once. */
  void lost(Node node) {
    trackers
        .values()
        .forEach(tracker -> node.devices().forEach(device -> tracker.lost(device.id())));
  }

  /** A device failed at an order and may have lost what it was about. */
  void lost(String deployment, String deviceId) {
    MigrationTracker tracker = trackers.get(deployment);
    if (tracker != null) {
      tracker.lost(deviceId);
    }
  }

  /** Deployments whose present plan is about to be replaced are left alone for that moment. */
  void waitFor(Predicate<String> isBeingRepaired) {
    this.isBeingRepaired = isBeingRepaired;
  }

  void reconcileAll() {
    trackers.keySet().retainAll(state().deployments().keySet());
    blockedSince.keySet().retainAll(state().deployments().keySet());
    dirty.addAll(state().deployments().keySet());
    dirty.addAll(books.deployments());
    reconcileDirty();
  }

  void reconcileDirty() {
    if (!committer.isAvailable()) {
      return;
    }
    for (String name : new ArrayList<>(dirty)) {
      if (isBeingRepaired.test(name)) {
        continue;
      }
      dirty.remove(name);
      Optional<DeploymentEntry> entry = state().deployment(name);
      if (entry.isEmpty()) {
        trackers.remove(name);
        empty(name);
      } else if (entry.get().deleting()) {
        delete(entry.get());
      } else {
        follow(entry.get());
      }
    }
  }

  private void follow(DeploymentEntry entry) {
    Optional<Plan> plan = entry.targetPlan();
    if (plan.isEmpty()) {
      return;
    }
    if (awaitsReports()) {
      dirty.add(entry.spec().name());
      return;
    }
    MigrationTracker tracker = tracker(entry);
    boolean paused = isPaused(entry, tracker);
    List<DeviceAction> actions =
        paused ? List.of() : tracker.next(books.of(entry.spec().name()), connected());
    boolean held = false;
    for (DeviceAction action : actions) {
      held |= !send(entry, action, tracker);
    }
    if (held) {
      dirty.add(entry.spec().name());
    }
    noteBlocked(entry, tracker, !paused && actions.isEmpty());
    tracker.check(books.of(entry.spec().name()));
    if (!paused
        && actions.isEmpty()
        && !entry.active()
        && tracker.isComplete(books.of(entry.spec().name()))) {
      committer.commit(new Command.ActivateEpoch(entry.spec().name(), entry.epoch()));
      try (LogFields fields = LogFields.deployment(entry.spec().name(), entry.epoch())) {
        LOG.infof("deployment %s: epoch %d is active", entry.spec().name(), entry.epoch());
      }
    }
  }

  /** A pause never keeps an expert from being served. */
  private boolean isPaused(DeploymentEntry entry, MigrationTracker tracker) {
    if (entry.hold().mode() != MigrationHold.Mode.PAUSED || !entry.wasServed()) {
      return false;
    }
    tracker.check(books.of(entry.spec().name()));
    return tracker.unserved() == 0;
  }

  /** Forgets what only this scheduler's agents told: another one leads. */
  void forget() {
    trackers.clear();
    dirty.clear();
    blockedSince.clear();
  }

  private MigrationTracker tracker(DeploymentEntry entry) {
    MigrationTracker tracker = trackers.get(entry.spec().name());
    if (tracker == null || !tracker.isOf(entry)) {
      boolean follows = tracker != null && tracker.epoch() < entry.epoch();
      tracker = new MigrationTracker(entry, settings.layersInFlight(), follows ? tracker : null);
      trackers.put(entry.spec().name(), tracker);
    }
    return tracker;
  }

  /** Devices that can be given orders. */
  private TreeSet<String> connected() {
    TreeSet<String> devices = new TreeSet<>();
    state()
        .nodes()
        .values()
        .forEach(
            node -> {
              if (sessions.link(node.node().id()) != null) {
                node.node().devices().stream()
                    .filter(device -> device.health() != Health.FAILED)
                    .forEach(device -> devices.add(device.id()));
              }
            });
    return devices;
  }

  private void noteBlocked(DeploymentEntry entry, MigrationTracker tracker, boolean idle) {
    String name = entry.spec().name();
    if (idle && !entry.active() && tracker.isBlocked(books.of(name), connected())) {
      var unused = blockedSince.putIfAbsent(name, clock.millis());
    } else {
      blockedSince.remove(name);
    }
  }

  /** How long full devices have kept the deployment from its target; 0 when they do not. */
  long blockedMillis(String deployment) {
    Long since = blockedSince.get(deployment);
    return since == null ? 0 : Math.max(1, clock.millis() - since);
  }

  /** What the limits on loads let go of an order now; null when nothing. */
  private @Nullable DeviceAction allowed(DeviceAction action, MigrationTracker tracker) {
    if (!(action instanceof DeviceAction.Load load)
        || !rate.isLimited()
        || tracker.unserved() > 0) {
      return action;
    }
    List<Shard> now =
        rate.begin(
            load.deviceId(),
            Device.nodeOf(load.deviceId()),
            load.shards(),
            tracker::sizeBytes,
            clock.millis() / 1e3);
    return now.isEmpty() ? null : new DeviceAction.Load(load.deviceId(), now);
  }

  /**
   * False when the device is held back after a failure or by the rate of loads, or its agent is
   * away.
   */
  private boolean send(DeploymentEntry entry, DeviceAction wanted, MigrationTracker tracker) {
    String node = Device.nodeOf(wanted.deviceId());
    AgentLink link = sessions.link(node);
    DeviceBook book = books.book(entry.spec().name(), wanted.deviceId());
    if (link == null || book.heldUntilMillis > clock.millis()) {
      return false;
    }
    DeviceAction action = allowed(wanted, tracker);
    if (action == null) {
      return false;
    }
    String id = state().revision() + "-" + ++lastDirective;
    String name = entry.spec().name();
    int shape = tracker.shape(action.deviceId());
    String trace = books.sent(id, node, name, action, shape, committer.traceOf(name));
    long kvCacheBytes = tracker.kvCacheBytes(action.deviceId());
    link.send(new DirectiveOrder(id, entry, action, tracker::sizeBytes, kvCacheBytes, trace));
    return true;
  }

  private void delete(DeploymentEntry entry) {
    MigrationTracker tracker = tracker(entry);
    boolean held = false;
    for (DeviceAction action : emptying(entry.spec().name())) {
      held |= !send(entry, action, tracker);
    }
    if (held) {
      dirty.add(entry.spec().name());
    }
    if (books.of(entry.spec().name()).isEmpty() && allHaveReported()) {
      committer.commit(new Command.FinishDeletion(entry.spec().name()));
      trackers.remove(entry.spec().name());
      try (LogFields fields = LogFields.deployment(entry.spec().name(), entry.epoch())) {
        LOG.infof("deployment %s is deleted", entry.spec().name());
      }
    }
  }

  /**
   * Whether a node that is thought to be there has told this new leader nothing yet. What it serves
   * would be taken for missing and loaded elsewhere, so that is waited for, but not for long.
   */
  boolean awaitsReports() {
    return clock.millis() - sessions.leadsSinceMillis() < settings.firstReports().toMillis()
        && unreportedNodes() > 0;
  }

  /** Nodes that are thought to be there and have told this leader nothing yet. */
  long unreportedNodes() {
    return state().nodes().values().stream()
        .filter(node -> node.online() && sessions.of(node.node().id()).isEmpty())
        .count();
  }

  /** Until then a device may hold what nobody here knows of. */
  private boolean allHaveReported() {
    return state().nodes().values().stream()
        .allMatch(node -> !node.online() || sessions.link(node.node().id()) != null);
  }

  /** A device came back with shards of a deployment that was deleted while it was away. */
  private void empty(String name) {
    for (DeviceAction action : emptying(name)) {
      String node = Device.nodeOf(action.deviceId());
      AgentLink link = sessions.link(node);
      if (link != null) {
        String id = state().revision() + "-" + ++lastDirective;
        String trace = books.sent(id, node, name, action, 0, committer.traceOf(name));
        link.send(DirectiveOrder.emptying(id, name, action, trace));
      }
    }
  }

  private List<DeviceAction> emptying(String name) {
    books.prune(name);
    List<DeviceAction> actions = new ArrayList<>();
    for (Map.Entry<String, DeviceBook> device : books.of(name).entrySet()) {
      DeviceView view = device.getValue().contents();
      for (int layer : view.active().keySet()) {
        if (!view.outstanding().containsKey(layer)) {
          actions.add(new DeviceAction.Activate(device.getKey(), layer, LayerRoute.EMPTY));
        }
      }
      if (view.active().isEmpty() && !view.isInFlight() && !view.loaded().isEmpty()) {
        actions.add(new DeviceAction.Release(device.getKey(), List.copyOf(view.loaded())));
      }
    }
    return actions;
  }

  DeploymentView.Progress progress(DeploymentEntry entry) {
    if (entry.targetPlan().isEmpty()) {
      return new DeploymentView.Progress(0, 0, 0, 0, 0, "");
    }
    return tracker(entry)
        .progress(books.of(entry.spec().name()), books.inFlight(entry.spec().name()));
  }

  /**
   * Where a deployment stands.
   *
   * @param hears whether devices tell this scheduler what they serve, rather than another
   */
  DeploymentView.State state(DeploymentEntry entry, int unserved, boolean hears) {
    if (entry.deleting()) {
      return DeploymentView.State.DELETING;
    }
    if (!entry.blockedReason().isEmpty()) {
      return DeploymentView.State.BLOCKED;
    }
    if (!entry.wasServed()) {
      return DeploymentView.State.LOADING;
    }
    if (hears && (awaitsReports() || (unserved > 0 && unreportedNodes() > 0))) {
      return DeploymentView.State.AWAITING_REPORTS;
    }
    if (unserved > 0) {
      return DeploymentView.State.DEGRADED;
    }
    return entry.active() ? DeploymentView.State.SERVING : DeploymentView.State.MIGRATING;
  }
}
