package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.plan.DeviceLedger;
import dev.hejin.scheduler.plan.DeviceView;
import java.util.TreeMap;

/** What one device is known to hold of one deployment. Rebuilt from the agent's report. */
final class DeviceBook {
  final DeviceLedger ledger;

  /** By layer, the shape with which it was last activated; unknown after a restart. */
  final TreeMap<Integer, Integer> shapes = new TreeMap<>();

  /** Directives are held back until then after a failure, by the loop's clock. */
  long heldUntilMillis;

  DeviceBook(String deviceId) {
    this.ledger = new DeviceLedger(deviceId);
  }

  /** Its contents, where the limit on shards does not matter. */
  DeviceView contents() {
    return ledger.view(Long.MAX_VALUE);
  }

  boolean isEmpty() {
    DeviceView view = contents();
    return view.loaded().isEmpty() && view.active().isEmpty() && !view.isInFlight();
  }
}
