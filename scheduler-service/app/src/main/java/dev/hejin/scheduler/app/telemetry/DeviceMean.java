package dev.hejin.scheduler.app.telemetry;

import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.scheduler.app.port.DeviceCondition;
import dev.hejin.scheduler.app.port.DeviceWindow;
import java.util.OptionalLong;

/** Mean of one device's samples while it serves one deployment. */
final class DeviceMean {
  private static final int MOST_REMARKS = 8;
  private static final int MOST_CHARACTERS = 200;

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
        last.getSimulated(),
        last.hasCondition() ? condition(last.getCondition()) : DeviceCondition.UNKNOWN);
  }

  private static DeviceCondition condition(dev.hejin.proto.telemetry.v1.DeviceCondition condition) {
    boolean links = condition.hasPcieErrorsCount() || condition.hasScaleUpErrorsCount();
    return new DeviceCondition(
        condition.hasEccUncorrectedCount()
            ? OptionalLong.of(condition.getEccUncorrectedCount())
            : OptionalLong.empty(),
        links
            ? OptionalLong.of(condition.getPcieErrorsCount() + condition.getScaleUpErrorsCount())
            : OptionalLong.empty(),
        condition.getRemarksList().stream()
            .limit(MOST_REMARKS)
            .map(remark -> remark.substring(0, Math.min(MOST_CHARACTERS, remark.length())))
            .toList());
  }
}
