package dev.hejin.agent.app.telemetry;

import dev.hejin.agent.simulation.DeviceWindow;
import java.util.List;

/** Says what devices did. */
@FunctionalInterface
public interface TelemetrySource {
  /**
   * What happened in the window that ends now.
   *
   * @param window counts up
   */
  List<DeviceWindow> observe(long window, double windowSeconds);
}
