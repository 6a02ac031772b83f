package dev.hejin.scheduler.cost.training;

/**
 * What a device achieves in training.
 *
 * @param wideOpsPerSecond of 16-bit products: the head
 * @param narrowOpsPerSecond of grouped products of experts
 * @param memoryBytesPerSecond of streaming kernels
 * @param linkBytesPerSecond to devices of its node
 * @param networkBytesPerSecond to devices of other nodes
 * @param devicesPerNode that share gradients over the link first
 */
public record TrainingDevice(
    double wideOpsPerSecond,
    double narrowOpsPerSecond,
    double memoryBytesPerSecond,
    double linkBytesPerSecond,
    double networkBytesPerSecond,
    int devicesPerNode) {
  public TrainingDevice {
    above0("16-bit rate", wideOpsPerSecond);
    above0("rate of grouped products", narrowOpsPerSecond);
    above0("memory bandwidth", memoryBytesPerSecond);
    above0("link bandwidth", linkBytesPerSecond);
    above0("network bandwidth", networkBytesPerSecond);
    above0("devices of a node", devicesPerNode);
  }

  static void above0(String field, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          field + " is " + value + ", not above 0\nMaybe it is not filled in.");
    }
  }

  static void share(String field, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          field + " is " + value + ", not between 0 and 1\nMaybe it is in percent.");
    }
  }
}
