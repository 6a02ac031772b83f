package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.DeviceTarget;
import dev.hejin.scheduler.plan.DeviceView;
import dev.hejin.scheduler.plan.Migration;
import dev.hejin.scheduler.plan.MigrationLimits;
import dev.hejin.scheduler.plan.MigrationTarget;
import dev.hejin.scheduler.plan.MigrationView;
import dev.hejin.scheduler.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One epoch's target, seen from its devices, and what the independent checker saw on the way. Holds
 * nothing that a restart must keep.
 */
final class MigrationTracker {
  private final long epoch;
  private final Plan plan;
  private final MigrationTarget target;
  private final MemoryModel memory;
  private final Map<String, Long> shardLimitBytes = new TreeMap<>();
  private final Map<String, Long> kvCacheBytes = new TreeMap<>();
  private final MigrationLimits limits;
  private final ServiceWatch watch;

  MigrationTracker(DeploymentEntry entry, int layersInFlight, @Nullable MigrationTracker before) {
    this.plan = entry.targetPlan().orElseThrow();
    this.epoch = entry.epoch();
    this.target = MigrationTarget.of(plan.placement(), before == null ? null : before.target);
    this.memory = new MemoryModel(entry.spec().model(), entry.spec().workload());
    for (DeviceMemory device : plan.memory()) {
      shardLimitBytes.put(device.deviceId(), device.shardLimitBytes());
      kvCacheBytes.put(device.deviceId(), device.kvCacheBytes());
    }
    this.limits =
        new MigrationLimits(
            MigrationLimits.DEFAULT.shardsInFlightPerDevice(),
            MigrationLimits.DEFAULT.bytesInFlightPerDevice(),
            layersInFlight,
            !entry.wasServed());
    this.watch = before == null ? new ServiceWatch(entry.spec(), memory::shardBytes) : before.watch;
    if (!entry.wasServed()) {
      watch.interrupted(); // What an earlier deployment of this name left is no service.
    }
  }

  long epoch() {
    return epoch;
  }

  /** Whether this is the way to the deployment's present target. */
  @SuppressWarnings("ReferenceEquality") // Another of the same name may have the same epoch.
  boolean isOf(DeploymentEntry entry) {
    return epoch == entry.epoch() && plan == entry.targetPlan().orElse(null);
  }

  long sizeBytes(Shard shard) {
    return memory.shardBytes(shard);
  }

  /**
   * Next steps; when every route is as planned, activations that only bring a device what else it
   * must know: with another number of stages, microbatches have another size on every device.
   */
  List<DeviceAction> next(Map<String, DeviceBook> books, Set<String> connected) {
    MigrationView view = view(books, connected);
    List<DeviceAction> actions = Migration.next(view);
    if (!actions.isEmpty() || !Migration.isComplete(view)) {
      return watch.unserved() > 0 && mayInterrupt(view, connected)
          ? Migration.next(
              new MigrationView(
                  target, view.devices(), limits.withInterruption(true), this::sizeBytes))
          : actions;
    }
    return reshaping(books);
  }

  /**
   * What is served only in part is given up where nothing else leads to a whole. A target with a
   * device that is not there leads to none.
   */
  private boolean mayInterrupt(MigrationView view, Set<String> connected) {
    boolean may = connected.containsAll(target.devices().keySet()) && Migration.isBlocked(view);
    if (may) {
      watch.interrupted();
    }
    return may;
  }

  /** Whether memory keeps a planned change from going on. */
  boolean isBlocked(Map<String, DeviceBook> books, Set<String> connected) {
    return watch.unserved() == 0
        && connected.containsAll(target.devices().keySet())
        && Migration.isBlocked(view(books, connected));
  }

  private List<DeviceAction> reshaping(Map<String, DeviceBook> books) {
    List<DeviceAction> actions = new ArrayList<>();
    for (DeviceTarget wanted : target.devices().values()) {
      DeviceBook book = books.get(wanted.deviceId());
      if (book == null) {
        continue;
      }
      DeviceView view = book.contents();
      int shape = shape(wanted.deviceId());
      wanted
          .routes()
          .forEach(
              (layer, route) -> {
                if (!route.isEmpty()
                    && !view.outstanding().containsKey(layer)
                    && !Objects.equals(book.shapes.get(layer), shape)) {
                  actions.add(new DeviceAction.Activate(wanted.deviceId(), layer, route));
                }
              });
    }
    return actions;
  }

  /** What an activation tells the device beside its route, as one number. */
  int shape(String deviceId) {
    DeviceTarget wanted = target.devices().get(deviceId);
    return wanted == null
        ? 0
        : Objects.hash(
            target.placement().stages().size(),
            kvCacheBytes.get(deviceId),
            wanted.precision(),
            wanted.expertPrecision());
  }

  /** Bytes that the plan reserves on a device for caches; 0 where it does not use the device. */
  long kvCacheBytes(String deviceId) {
    return kvCacheBytes.getOrDefault(deviceId, 0L);
  }

  boolean isComplete(Map<String, DeviceBook> books) {
    TreeSet<String> all = new TreeSet<>(books.keySet());
    all.addAll(target.devices().keySet());
    MigrationView view = view(books, all);
    return !view.isInFlight() && Migration.isComplete(view) && reshaping(books).isEmpty();
  }

  private MigrationView view(Map<String, DeviceBook> books, Set<String> connected) {
    List<DeviceView> devices = new ArrayList<>();
    TreeSet<String> ids = new TreeSet<>(books.keySet());
    ids.addAll(target.devices().keySet());
    ids.retainAll(connected);
    for (String id : ids) {
      DeviceBook book = books.get(id);
      devices.add((book == null ? new DeviceBook(id) : book).ledger.view(limit(id)));
    }
    return new MigrationView(target, devices, limits, this::sizeBytes);
  }

  /** Whether a device holds and serves what the plan wants of it and nothing else. */
  private boolean isThere(String deviceId, @Nullable DeviceBook book) {
    return book != null && target.isReachedBy(book.ledger.view(limit(deviceId)));
  }

  /** Devices outside the plan only release; no limit is needed for that. */
  private long limit(String deviceId) {
    return shardLimitBytes.getOrDefault(deviceId, Long.MAX_VALUE);
  }

  /** Lets the independent checker see this moment. */
  void check(Map<String, DeviceBook> books) {
    List<DeviceView> views = new ArrayList<>();
    books.forEach((id, book) -> views.add(book.ledger.view(limit(id))));
    watch.see(views);
  }

  /** Experts and layers without a live replica at the last look. */
  int unserved() {
    return watch.unserved();
  }

  void lost(String deviceId) {
    watch.lost(deviceId);
  }

  DeploymentView.Progress progress(Map<String, DeviceBook> books, long inFlight) {
    long missing = 0;
    long surplus = 0;
    for (var wanted : target.devices().entrySet()) {
      DeviceBook book = books.get(wanted.getKey());
      if (isThere(wanted.getKey(), book)) {
        continue;
      }
      Set<Shard> there = book == null ? Set.of() : book.contents().loaded();
      missing += wanted.getValue().shards().stream().filter(s -> !there.contains(s)).count();
    }
    for (var held : books.entrySet()) {
      if (isThere(held.getKey(), held.getValue())) {
        continue;
      }
      var wanted = target.devices().get(held.getKey());
      for (Shard shard : held.getValue().contents().loaded()) {
        surplus += wanted == null || !wanted.shards().contains(shard) ? 1 : 0;
      }
    }
    return new DeploymentView.Progress(
        missing, surplus, inFlight, watch.unserved(), watch.violations(), watch.lastViolation());
  }
}
