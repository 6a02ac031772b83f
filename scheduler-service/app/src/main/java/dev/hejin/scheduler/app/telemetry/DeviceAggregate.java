package dev.hejin.scheduler.app.telemetry;

import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.scheduler.app.port.DeviceWindow;
import org.apache.kafka.common.serialization.Serde;

/** Step-weighted mean of one device's samples; a new deployment or epoch starts it afresh. */
final class DeviceAggregate {
  private final DeviceSample sum;

  DeviceAggregate() {
    this(DeviceSample.getDefaultInstance());
  }

  private DeviceAggregate(DeviceSample sum) {
    this.sum = sum;
  }

  DeviceAggregate add(DeviceSample sample) {
    if (!sample.getDeploymentId().equals(sum.getDeploymentId())
        || sample.getEpoch() != sum.getEpoch()
        || sum.getSteps() == 0) {
      return new DeviceAggregate(sample);
    }
    long steps = sum.getSteps() + sample.getSteps();
    if (steps == 0) {
      return new DeviceAggregate(sample);
    }
    double old = (double) sum.getSteps() / steps;
    double fresh = 1 - old;
    return new DeviceAggregate(
        sample.toBuilder()
            .setSteps(steps)
            .setAttentionSeconds(
                old * sum.getAttentionSeconds() + fresh * sample.getAttentionSeconds())
            .setExpertSeconds(old * sum.getExpertSeconds() + fresh * sample.getExpertSeconds())
            .setOtherSeconds(old * sum.getOtherSeconds() + fresh * sample.getOtherSeconds())
            .build());
  }

  DeviceWindow window(String deviceId, long endMillis) {
    return new DeviceWindow(
        deviceId,
        sum.getDeploymentId(),
        sum.getEpoch(),
        endMillis,
        sum.getSteps(),
        sum.getAttentionSeconds(),
        sum.getExpertSeconds(),
        sum.getOtherSeconds(),
        sum.getMemoryUsedBytes(),
        sum.getTemperatureCelsius(),
        sum.getSimulated());
  }

  static Serde<DeviceAggregate> serde() {
    Serde<DeviceSample> samples = TelemetryTopology.serde(DeviceSample.parser());
    return org.apache.kafka.common.serialization.Serdes.serdeFrom(
        (topic, value) -> samples.serializer().serialize(topic, value == null ? null : value.sum),
        (topic, bytes) -> {
          DeviceSample sample = samples.deserializer().deserialize(topic, bytes);
          return sample == null ? null : new DeviceAggregate(sample);
        });
  }
}
