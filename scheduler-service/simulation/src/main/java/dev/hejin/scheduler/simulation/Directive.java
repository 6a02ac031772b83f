package dev.hejin.scheduler.simulation;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.plan.DeviceAction;

/**
 * An action on its way to a device.
 *
 * @param number unique, counts up
 * @param session of the node that it is for
 * @param interrupting whether it may end service
 */
record Directive(long number, long session, boolean interrupting, DeviceAction action) {
  Directive {
    requireNonNull(action, "action");
  }
}
