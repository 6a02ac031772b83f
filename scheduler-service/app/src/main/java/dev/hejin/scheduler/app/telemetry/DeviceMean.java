package dev.hejin.scheduler.app.telemetry;

import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.scheduler.app.port.DeviceWindow;

/** Mean of one device's samples while it serves one deployment. */
final class DeviceMean {
  private DeviceSample last;
  private long steps;
  private double attentionSeconds;
  private double expertSeconds;
  private double otherSeconds;

  DeviceMean(DeviceSample first) {
    this.last = first;
    restart(first);
  }

  String deployment() {
    return last.getDeploymentId();
  }

  private void restart(DeviceSample sample) {
    steps = sample.getSteps();
    attentionSeconds = sample.getAttentionSeconds();
    expertSeconds = sample.getExpertSeconds();
    otherSeconds = sample.getOtherSeconds();
  }

  void add(DeviceSample sample) {
    long sum = steps + sample.getSteps();
    if (sample.getEpoch() != last.getEpoch() || steps == 0 || sum <= 0) {
      restart(sample);
    } else {
      double old = (double) steps / sum;
      double fresh = 1 - old;
      attentionSeconds = old * attentionSeconds + fresh * sample.getAttentionSeconds();
      expertSeconds = old * expertSeconds + fresh * sample.getExpertSeconds();
      otherSeconds = old * otherSeconds + fresh * sample.getOtherSeconds();
      steps = sum;
    }
    last = sample;
  }

  DeviceWindow window(String deviceId, long endMillis) {
    return new DeviceWindow(
        deviceId,
        last.getDeploymentId(),
        last.getEpoch(),
        endMillis,
        steps,
        attentionSeconds,
        expertSeconds,
        otherSeconds,
        last.getMemoryUsedBytes(),
        last.getTemperatureCelsius(),
        last.getSimulated());
  }
}
