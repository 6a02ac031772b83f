package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.observe.Meters;
import dev.hejin.scheduler.app.observe.Traces;
import dev.hejin.scheduler.app.port.OrderOutcome;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.plan.DeviceAction;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What all connected devices are known to hold, by deployment. On the loop only.
 *
 * <p>Invariant: all that a ledger has in flight belongs to a directive that was sent and not
 * acknowledged.
 */
final class Books {
  private static final long HOLD_MILLIS = 2_000;

  /**
   * An order that was not answered yet.
   *
   * @param trace ends with its answer
   */
  private record Outstanding(
      String nodeId,
      String deployment,
      DeviceAction action,
      int shape,
      long sentNanos,
      Traces.Open trace) {
    void end(boolean done) {
      trace.end(done);
      Meters.directive(kind(action), (System.nanoTime() - sentNanos) / 1e9, done);
    }
  }

  private static Meters.Order kind(DeviceAction action) {
    return switch (action) {
      case DeviceAction.Load load -> Meters.Order.LOAD;
      case DeviceAction.Activate activate -> Meters.Order.ACTIVATE;
      case DeviceAction.Release release -> Meters.Order.RELEASE;
    };
  }

  private final TreeMap<String, TreeMap<String, DeviceBook>> deployments = new TreeMap<>();
  private final TreeMap<String, Outstanding> outstanding = new TreeMap<>();

  /** Deployments that some device holds something of. */
  Set<String> deployments() {
    return new TreeSet<>(deployments.keySet());
  }

  /** Devices that hold something of the deployment. */
  Map<String, DeviceBook> of(String deployment) {
    return deployments.getOrDefault(deployment, new TreeMap<>());
  }

  DeviceBook book(String deployment, String deviceId) {
    return deployments
        .computeIfAbsent(deployment, d -> new TreeMap<>())
        .computeIfAbsent(deviceId, DeviceBook::new);
  }

  /** Forgets a node and all that was sent to it. */
  void forget(String nodeId) {
    outstanding
        .values()
        .removeIf(
            order -> {
              boolean gone = order.nodeId().equals(nodeId);
              if (gone) {
                order.trace().end(false);
              }
              return gone;
            });
    deployments
        .values()
        .forEach(d -> d.keySet().removeIf(device -> Device.nodeOf(device).equals(nodeId)));
    deployments.values().removeIf(TreeMap::isEmpty);
  }

  /** Forgets everything. */
  void clear() {
    outstanding.values().forEach(order -> order.trace().end(false));
    outstanding.clear();
    deployments.clear();
  }

  /** Takes an agent's word for what its devices hold. */
  void report(Collection<Registration.Holding> holdings) {
    for (Registration.Holding holding : holdings) {
      book(holding.deployment(), holding.deviceId())
          .ledger
          .report(new TreeSet<>(holding.shards()), holding.routes());
    }
  }

  /**
   * Notes a directive before it is sent.
   *
   * @param shape of what an activation tells the device beside its route
   * @param trace that the deployment's orders belong to; empty for none
   * @return trace of this order, for the device
   */
  String sent(
      String id, String nodeId, String deployment, DeviceAction action, int shape, String trace) {
    Traces.Open open =
        Traces.order(trace, Meters.text(kind(action)), deployment, action.deviceId());
    outstanding.put(
        id, new Outstanding(nodeId, deployment, action, shape, System.nanoTime(), open));
    book(deployment, action.deviceId()).ledger.sent(action);
    return open.traceParent();
  }

  /** What an order was about. */
  record Answered(String deployment, String deviceId) {}

  /**
   * Notes an acknowledgement.
   *
   * @return what it was about, or empty when nothing is known of the directive
   */
  Optional<Answered> acknowledged(String id, OrderOutcome outcome, long nowMillis) {
    Outstanding order = outstanding.remove(id);
    if (order == null) {
      return Optional.empty();
    }
    order.end(outcome == OrderOutcome.DONE);
    DeviceBook book = book(order.deployment(), order.action().deviceId());
    switch (outcome) {
      case DONE -> book.ledger.done(order.action());
      case REFUSED -> book.ledger.failed(order.action());
      case UNSURE -> book.ledger.unsure(order.action());
    }
    if (outcome != OrderOutcome.DONE) {
      book.heldUntilMillis = nowMillis + HOLD_MILLIS;
    } else if (order.action() instanceof DeviceAction.Activate activate) {
      book.shapes.put(activate.layer(), order.shape());
    }
    return Optional.of(new Answered(order.deployment(), order.action().deviceId()));
  }

  /** Drops the pages of devices that hold nothing of the deployment. */
  void prune(String deployment) {
    TreeMap<String, DeviceBook> books = deployments.get(deployment);
    if (books != null) {
      books.values().removeIf(DeviceBook::isEmpty);
      if (books.isEmpty()) {
        deployments.remove(deployment);
      }
    }
  }

  long inFlight(String deployment) {
    return outstanding.values().stream().filter(o -> o.deployment().equals(deployment)).count();
  }
}
