package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Precision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * In which format a device may hold weights, best first: the published one, then formats of as many
 * bits, then wider ones. Narrower formats are never chosen unless the caller allows them by name.
 */
final class Formats {
  private Formats() {}

  /**
   * Formats that the device supports and the caller allows.
   *
   * @param published format of the checkpoint
   * @param allowed formats by name; empty for all of the published format's order
   */
  static List<Precision> usable(Precision published, Set<Precision> allowed, Device device) {
    List<Precision> order = new ArrayList<>(order(published));
    if (!allowed.isEmpty()) {
      order.removeIf(precision -> !allowed.contains(precision));
      allowed.stream()
          .filter(precision -> !order.contains(precision))
          .sorted(Comparator.comparingInt(Precision::bits).reversed())
          .forEach(order::add);
    }
    order.removeIf(precision -> !device.supports(precision));
    return List.copyOf(order);
  }

  private static List<Precision> order(Precision published) {
    return switch (published) {
      case FP32 -> List.of(Precision.FP32, Precision.BF16, Precision.FP16);
      case BF16 -> List.of(Precision.BF16, Precision.FP16);
      case FP16 -> List.of(Precision.FP16, Precision.BF16);
      case FP8 -> List.of(Precision.FP8, Precision.INT8, Precision.BF16, Precision.FP16);
      case INT8 -> List.of(Precision.INT8, Precision.BF16, Precision.FP16);
      case FP4 ->
          List.of(Precision.FP4, Precision.FP8, Precision.INT8, Precision.BF16, Precision.FP16);
      case INT4 -> List.of(Precision.INT4, Precision.INT8, Precision.BF16, Precision.FP16);
    };
  }
}
