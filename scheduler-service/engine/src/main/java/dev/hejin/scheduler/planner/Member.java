package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.model.Device;

/**
 * A device that a plan may use.
 *
 * @param device the device
 * @param rates what it achieves
 * @param speedFactor observed
 * @param node number of its node in the pool
 */
record Member(Device device, DeviceRates rates, double speedFactor, int node) {
  long capacityBytes() {
    return (long) device.memoryBytes().value();
  }
}
