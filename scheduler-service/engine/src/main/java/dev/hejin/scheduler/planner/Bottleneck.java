package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.LayerSpec;
import java.util.List;
import java.util.Locale;

/** What a stage waits for most, in words. */
final class Bottleneck {
  private Bottleneck() {}

  /** Index of the largest, the first of several. */
  static int most(double[] of) {
    int most = 0;
    for (int i = 1; i < of.length; i++) {
      most = of[i] > of[most] ? i : most;
    }
    return most;
  }

  /**
   * Names the part that takes most of a stage's time, and its slowest device.
   *
   * @param parts seconds, by the names
   * @param seconds of the whole stage
   * @param remark between times and device, with its comma; may be empty
   * @param slowest device of the stage, by its place
   */
  static String describe(
      List<LayerSpec> layers,
      DeviceSet set,
      String[] names,
      double[] parts,
      double seconds,
      String remark,
      int slowest) {
    int most = most(parts);
    return String.format(
        Locale.ROOT,
        "layers %d to %d on %s: %s takes %.0f %% of %.2f ms%s, slowest device %s",
        layers.getFirst().index(),
        layers.getLast().index(),
        set.describe(),
        names[most],
        100 * parts[most] / seconds,
        1000 * seconds,
        remark,
        set.deviceIds().get(slowest));
  }
}
