package dev.hejin.scheduler.cost.kernel;

/**
 * Catalogue figures of a device that kernels feel.
 *
 * @param name of the device or system
 * @param memoryBytesPerSecond peak
 * @param wideOpsPerSecond dense 16-bit peak
 * @param byteOpsPerSecond dense 8-bit peak; the 16-bit peak where the device has no 8-bit units
 * @param narrowOpsPerSecond dense 4-bit peak; the 8-bit peak where the device has no 4-bit units
 * @param cacheBytes last-level cache, which weights of a repeated kernel may stay in
 */
public record KernelDevice(
    String name,
    double memoryBytesPerSecond,
    double wideOpsPerSecond,
    double byteOpsPerSecond,
    double narrowOpsPerSecond,
    double cacheBytes) {
  public KernelDevice {
    if (!(memoryBytesPerSecond > 0) || !(wideOpsPerSecond > 0) || !(cacheBytes >= 0)) {
      throw new IllegalArgumentException(
          "device "
              + name
              + ": memory "
              + memoryBytesPerSecond
              + " B/s, "
              + wideOpsPerSecond
              + " op/s, cache "
              + cacheBytes
              + "\nMaybe its catalogue entry lacks a figure.");
    }
  }
}
