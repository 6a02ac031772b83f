package dev.hejin.agent.simulation.fault;

/**
 * How a fleet is built. Nodes are numbered in order; a rack and a switch hold neighbours.
 *
 * @param nodes at least one
 * @param nodesPerRack as in the cluster of "The Llama 3 Herd of Models": racks of two nodes of
 *     eight devices
 * @param nodesPerSwitch behind one switch of the first level
 */
public record FleetShape(int nodes, int devicesPerNode, int nodesPerRack, int nodesPerSwitch) {
  public FleetShape {
    require("nodes", nodes, 1, 1_000_000);
    require("devicesPerNode", devicesPerNode, 1, 1024);
    require("nodesPerRack", nodesPerRack, 1, 1024);
    require("nodesPerSwitch", nodesPerSwitch, 1, 100_000);
  }

  /**
   * Nodes of eight devices, two a rack, one switch a rack.
   *
   * @param devices a multiple of 8
   */
  public static FleetShape ofDevices(int devices) {
    if (devices < 8 || devices % 8 != 0) {
      throw new IllegalArgumentException(
          "devices is " + devices + ", no positive multiple of 8\nMaybe 16384");
    }
    return new FleetShape(devices / 8, 8, 2, 2);
  }

  public int devices() {
    return nodes * devicesPerNode;
  }

  private static void require(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, not within %d to %d\nMaybe a mistyped number"
              .formatted(field, value, least, most));
    }
  }
}
