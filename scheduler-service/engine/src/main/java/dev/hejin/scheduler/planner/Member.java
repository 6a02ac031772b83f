package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.model.Bridge;
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

  /** The same in a stage that spans libraries: all that leaves its node goes through a bridge. */
  Member through(Bridge bridge, int newNode) {
    return new Member(device, rates.through(bridge), speedFactor, newNode);
  }

  /**
   * Number of the node as devices of some library see it: what is not of their library is no
   * neighbour, whatever node it is on.
   *
   * @param library number of the library in its stage
   */
  static int nodeOf(int node, int library) {
    return library == 0 ? node : -1 - node;
  }
}
