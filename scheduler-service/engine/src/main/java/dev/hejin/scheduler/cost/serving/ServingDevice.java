package dev.hejin.scheduler.cost.serving;

/**
 * Catalogue figures of one device of a serving system.
 *
 * @param name of the system
 * @param memoryBytes capacity
 * @param memoryBytesPerSecond peak
 * @param wideOpsPerSecond dense 16-bit peak
 * @param byteOpsPerSecond dense 8-bit peak, or the 16-bit one where there is none
 * @param narrowOpsPerSecond dense 4-bit peak, or the 8-bit one where there is none
 * @param linkBytesPerSecond to devices of the same node or NVLink domain, one direction
 * @param networkBytesPerSecond to devices of other nodes, one direction, for one device
 * @param devicesPerNode in one node or NVLink domain
 */
public record ServingDevice(
    String name,
    double memoryBytes,
    double memoryBytesPerSecond,
    double wideOpsPerSecond,
    double byteOpsPerSecond,
    double narrowOpsPerSecond,
    double linkBytesPerSecond,
    double networkBytesPerSecond,
    int devicesPerNode) {
  public ServingDevice {
    if (!(memoryBytes > 0)
        || !(memoryBytesPerSecond > 0)
        || !(wideOpsPerSecond > 0)
        || !(byteOpsPerSecond > 0)
        || !(narrowOpsPerSecond > 0)
        || !(linkBytesPerSecond > 0)
        || !(networkBytesPerSecond > 0)
        || devicesPerNode < 1) {
      throw new IllegalArgumentException(
          "system " + name + " lacks a figure\nMaybe its catalogue entry does not state one.");
    }
  }
}
