package dev.hejin.scheduler.app.port;

/**
 * What one device reported over one window.
 *
 * @param deviceId the device
 * @param deployment that it served at the end of the window
 * @param epoch of the routes that it served
 * @param windowEndMillis end of the window, by the clock that stamps the records: the broker's
 * @param steps microbatches
 * @param attentionSeconds mean for one microbatch
 * @param expertSeconds mean for one microbatch
 * @param otherSeconds mean for one microbatch
 * @param memoryUsedBytes last
 * @param temperatureCelsius last
 * @param simulated whether no silicon stands behind it
 * @param condition what the driver told last
 */
public record DeviceWindow(
    String deviceId,
    String deployment,
    long epoch,
    long windowEndMillis,
    long steps,
    double attentionSeconds,
    double expertSeconds,
    double otherSeconds,
    long memoryUsedBytes,
    double temperatureCelsius,
    boolean simulated,
    DeviceCondition condition) {

  /** Seconds of the device's own work for one microbatch. */
  public double stepSeconds() {
    return attentionSeconds + expertSeconds + otherSeconds;
  }
}
