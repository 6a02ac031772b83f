package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceAction;
import dev.hejin.scheduler.plan.DeviceLedger;
import dev.hejin.scheduler.plan.DeviceTarget;
import dev.hejin.scheduler.plan.DeviceView;
import dev.hejin.scheduler.plan.Migration;
import dev.hejin.scheduler.plan.MigrationLimits;
import dev.hejin.scheduler.plan.MigrationTarget;
import dev.hejin.scheduler.plan.MigrationView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** The smallest scheduler around {@link Migration}: knows what agents told it, nothing else. */
final class VirtualScheduler {
  private final MigrationLimits limits;
  private final ToLongFunction<Shard> shardBytes;
  private final Consumer<Directive> network;
  private final TreeMap<String, DeviceLedger> ledgers = new TreeMap<>();
  private final TreeMap<String, VirtualDevice> known = new TreeMap<>();
  private final TreeMap<Long, Directive> pending = new TreeMap<>();
  private MigrationTarget target;
  long nextDirective = 1;
  int interruptions;

  VirtualScheduler(
      MigrationLimits limits,
      ToLongFunction<Shard> shardBytes,
      MigrationTarget target,
      Consumer<Directive> network) {
    this.limits = limits;
    this.shardBytes = shardBytes;
    this.target = target;
    this.network = network;
  }

  MigrationTarget target() {
    return target;
  }

  void retarget(Placement placement) {
    target = MigrationTarget.of(placement);
  }

  /** All but the target, which the log keeps. */
  void forget() {
    ledgers.clear();
    known.clear();
    pending.clear();
  }

  /** An agent says what its devices hold. */
  void register(VirtualNode node) {
    for (VirtualDevice device : node.devices) {
      pending.values().removeIf(d -> d.action().deviceId().equals(device.id));
      DeviceLedger ledger = new DeviceLedger(device.id);
      ledger.report(device.loaded, device.routes);
      ledgers.put(device.id, ledger);
      known.put(device.id, device);
    }
  }

  void lose(VirtualNode node) {
    for (VirtualDevice device : node.devices) {
      pending.values().removeIf(d -> d.action().deviceId().equals(device.id));
      ledgers.remove(device.id);
      known.remove(device.id);
    }
  }

  /** Acknowledgements may come late, out of order and more than once. */
  void acknowledged(long number) {
    Directive directive = pending.remove(number);
    DeviceLedger ledger = directive == null ? null : ledgers.get(directive.action().deviceId());
    if (directive != null && ledger != null) {
      ledger.done(directive.action());
    }
  }

  MigrationView view(boolean interrupt) {
    List<DeviceView> views = new ArrayList<>();
    ledgers.forEach(
        (id, ledger) -> {
          VirtualDevice device = known.get(id);
          if (device != null) {
            views.add(ledger.view(device.limitBytes));
          }
        });
    return new MigrationView(target, views, limits.withInterruption(interrupt), shardBytes);
  }

  /** Sends what comes next; answers the number of directives. */
  int proceed(boolean mayInterrupt) {
    MigrationView view = view(false);
    List<DeviceAction> actions = Migration.next(view);
    boolean interrupting = false;
    if (actions.isEmpty() && mayInterrupt && Migration.isBlocked(view)) {
      actions = Migration.next(view(true));
      interrupting = !actions.isEmpty();
      interruptions += interrupting ? 1 : 0;
    }
    for (DeviceAction action : actions) {
      DeviceLedger ledger = ledgers.get(action.deviceId());
      VirtualDevice device = known.get(action.deviceId());
      if (ledger == null || device == null) {
        throw new AssertionError("action for a device that is not there: " + action);
      }
      ledger.sent(action);
      check(action, ledger, device);
      Directive directive =
          new Directive(nextDirective++, device.node.session, interrupting, action);
      pending.put(directive.number(), directive);
      network.accept(directive);
    }
    return actions.size();
  }

  /** What can be told from here alone: nothing wanted goes, and all that is on its way fits. */
  private void check(DeviceAction action, DeviceLedger ledger, VirtualDevice device) {
    DeviceTarget wanted = target.devices().get(device.id);
    if (action instanceof DeviceAction.Release release
        && wanted != null
        && release.shards().stream().anyMatch(wanted.shards()::contains)) {
      throw new AssertionError("releases what the target wants: " + release);
    }
    if (action instanceof DeviceAction.Load) {
      DeviceView view = ledger.view(device.limitBytes);
      TreeSet<Shard> held = new TreeSet<>(view.loaded());
      held.addAll(view.loading());
      held.addAll(view.releasing());
      long bytes = held.stream().mapToLong(shardBytes).sum();
      if (bytes > device.limitBytes) {
        throw new AssertionError(device.id + " is to hold " + bytes + " of " + device.limitBytes);
      }
    }
  }
}
