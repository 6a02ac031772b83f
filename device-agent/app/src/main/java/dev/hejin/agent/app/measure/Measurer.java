package dev.hejin.agent.app.measure;

import dev.hejin.agent.probe.DeviceReading;

/** Measures devices of one kind. */
public interface Measurer {
  /** Tells whether it can measure this vendor's devices here. */
  boolean knows(String vendor);

  /**
   * Measures, which may take a minute. The device should be idle: what else runs on it lowers the
   * figures.
   *
   * @throws MeasurementFailure when nothing could be measured
   */
  Measurement measure(DeviceReading device, String date) throws MeasurementFailure;

  /** UUID of a device, else its address, else what its tool calls it. */
  static String idOf(DeviceReading device) {
    return !device.uuid().isEmpty()
        ? device.uuid()
        : !device.busId().isEmpty() ? device.busId() : device.name() + " " + device.key();
  }
}
