package dev.hejin.scheduler.app.telemetry;

import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.scheduler.app.port.DeviceWindow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Step-weighted mean of one device's samples, for each deployment that it serves; a new epoch
 * starts a deployment's mean afresh.
 */
final class DeviceAggregate {
  private final TreeMap<String, DeviceSample> sums;

  DeviceAggregate() {
    this(new TreeMap<>());
  }

  private DeviceAggregate(TreeMap<String, DeviceSample> sums) {
    this.sums = sums;
  }

  DeviceAggregate add(DeviceSample sample) {
    TreeMap<String, DeviceSample> next = new TreeMap<>(sums);
    next.merge(sample.getDeploymentId(), sample, DeviceAggregate::mean);
    return new DeviceAggregate(next);
  }

  private static DeviceSample mean(DeviceSample sum, DeviceSample sample) {
    long steps = sum.getSteps() + sample.getSteps();
    if (sample.getEpoch() != sum.getEpoch() || sum.getSteps() == 0 || steps == 0) {
      return sample;
    }
    double old = (double) sum.getSteps() / steps;
    double fresh = 1 - old;
    return sample.toBuilder()
        .setSteps(steps)
        .setAttentionSeconds(old * sum.getAttentionSeconds() + fresh * sample.getAttentionSeconds())
        .setExpertSeconds(old * sum.getExpertSeconds() + fresh * sample.getExpertSeconds())
        .setOtherSeconds(old * sum.getOtherSeconds() + fresh * sample.getOtherSeconds())
        .build();
  }

  /** One window for each deployment. */
  List<DeviceWindow> windows(String deviceId, long endMillis) {
    return sums.values().stream().map(sum -> window(deviceId, endMillis, sum)).toList();
  }

  private static DeviceWindow window(String deviceId, long endMillis, DeviceSample sum) {
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
    return Serdes.serdeFrom(
        (topic, value) -> value == null ? null : value.bytes(),
        (topic, bytes) -> bytes == null ? null : of(bytes));
  }

  private byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      for (DeviceSample sum : sums.values()) {
        sum.writeDelimitedTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static DeviceAggregate of(byte[] bytes) {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    TreeMap<String, DeviceSample> sums = new TreeMap<>();
    try {
      @Nullable DeviceSample sum = DeviceSample.parseDelimitedFrom(in);
      while (sum != null) {
        sums.put(sum.getDeploymentId(), sum);
        sum = DeviceSample.parseDelimitedFrom(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a record of our own store does not parse", e);
    }
    return new DeviceAggregate(sums);
  }
}
