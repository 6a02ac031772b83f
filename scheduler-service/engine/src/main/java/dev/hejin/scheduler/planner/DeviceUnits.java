package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.Refusal;
import java.util.List;
import java.util.TreeSet;

/** What an objective counts for each device: its rent, its power, or itself. */
final class DeviceUnits {
  private DeviceUnits() {}

  /** Units of a device; 0 where none count, NaN when unknown. */
  static double of(ServiceGoal.Objective objective, Device device) {
    return switch (objective) {
      case THROUGHPUT -> 0;
      case COST -> device.pricePerHourUsd().or(Double.NaN);
      case DEVICES -> 1;
      case ENERGY -> device.designWatts().or(Double.NaN);
    };
  }

  static double[] of(ServiceGoal.Objective objective, List<DeviceKind> kinds) {
    return kinds.stream().mapToDouble(kind -> of(objective, kind.fastest().device())).toArray();
  }

  /** The pool without devices whose units are unknown; those are refused. */
  static Pool known(ServiceGoal.Objective objective, Pool pool, List<Refusal> refusals) {
    TreeSet<String> types = new TreeSet<>();
    for (Device device : pool.devices()) {
      if (Double.isNaN(of(objective, device))) {
        types.add(device.type());
      }
    }
    String what = objective == ServiceGoal.Objective.COST ? "rent" : "power";
    String field = objective == ServiceGoal.Objective.COST ? "price_per_hour_usd" : "tdp_watts";
    for (String type : types) {
      refusals.add(
          new Refusal(
              type, "its " + what + " is not known\nMaybe state " + field + " in the pool file."));
    }
    return types.isEmpty() ? pool : pool.keeping(device -> !Double.isNaN(of(objective, device)));
  }
}
