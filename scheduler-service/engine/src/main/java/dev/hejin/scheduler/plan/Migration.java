package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.plan.MigrationPass.Degree;
import java.util.List;

/**
 * Leads devices from what they hold to what a placement wants, without a gap in service.
 *
 * <p>Level-triggered: it remembers nothing. Called with what is known now, it says what to send
 * next; called again after any acknowledgement, loss, return or change of target, or by a scheduler
 * that has just restarted, it goes on from there.
 *
 * <p>It keeps, whatever the order and delay of acknowledgements:
 *
 * <ol>
 *   <li>an item (a layer's attention, or an expert) that has a live replica keeps one, unless
 *       {@link MigrationLimits#allowInterruption};
 *   <li>what is loaded and on its way fits a device's limit;
 *   <li>a route names loaded shards only;
 *   <li>a shard is released only when no route names it and the target does not want it there. A
 *       copy in another precision than the target's may go once the right one is loaded.
 * </ol>
 *
 * <p>Example: expert 5 moves from device a to device b. Load(b, 5); acknowledged, Activate(b, 5);
 * acknowledged, Activate(a, without 5); acknowledged, Release(a, 5).
 *
 * <p>When memory blocks it and nothing is in flight, it first looks at all layers instead of the
 * first few, then lets replicas go that are not the last, then stages last replicas on devices that
 * have room, and, where allowed, interrupts.
 */
public final class Migration {
  private Migration() {}

  /**
   * What to send now; empty while answers are awaited, when all is done, or when it is blocked.
   * Actions of one device are to be carried out in this order.
   */
  public static List<DeviceAction> next(MigrationView view) {
    List<DeviceAction> actions = new MigrationPass(view, Degree.STEADY).actions();
    if (!actions.isEmpty() || view.isInFlight() || isComplete(view)) {
      return actions;
    }
    actions = new MigrationPass(view, Degree.WIDE).actions();
    if (!actions.isEmpty()) {
      return actions;
    }
    MigrationPass eager = new MigrationPass(view, Degree.EAGER);
    actions = eager.actions();
    if (actions.isEmpty()) {
      actions = new Staging(eager).actions();
    }
    if (actions.isEmpty() && view.limits().allowInterruption()) {
      actions = new MigrationPass(view, Degree.INTERRUPT).actions();
    }
    return actions;
  }

  /** Whether every device holds and serves what the target wants, and nothing else. */
  public static boolean isComplete(MigrationView view) {
    int there = 0;
    for (DeviceView device : view.devices()) {
      if (!view.target().isReachedBy(device)) {
        return false;
      }
      there += view.target().devices().containsKey(device.deviceId()) ? 1 : 0;
    }
    return there == view.target().devices().size();
  }

  /**
   * Whether nothing is in flight, nothing can be sent, and the target is not reached: memory does
   * not allow the change without an interruption, or a device of the target is not there.
   */
  public static boolean isBlocked(MigrationView view) {
    return !view.isInFlight() && !isComplete(view) && next(view).isEmpty();
  }
}
