package dev.hejin.scheduler.app.telemetry;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.DeviceSamples;
import dev.hejin.scheduler.app.port.DeviceWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Step-weighted means of the samples of each device, for each deployment that it serves; a new
 * epoch starts a deployment's mean afresh.
 */
final class DeviceMeans
    implements WindowProcessor.Aggregation<List<DeviceSample>, TreeMap<String, DeviceMeans.Means>> {
  private static final int MOST_DEVICES = 1 << 17;

  /** Of one device in one window; far more than any agent sends. */
  private static final int MOST_SAMPLES = 256;

  private static final int MOST_DEPLOYMENTS = 32;

  private final Consumer<List<DeviceWindow>> sink;

  DeviceMeans(Consumer<List<DeviceWindow>> sink) {
    this.sink = sink;
  }

  /** One device in one window. */
  static final class Means {
    private final SeenSamples seen = new SeenSamples(MOST_SAMPLES);
    private final List<DeviceMean> deployments = new ArrayList<>(1);
  }

  /** All samples of the record or none. Agents of earlier releases sent a record a device. */
  @Override
  public Optional<List<DeviceSample>> parse(String key, byte[] value) {
    try {
      List<DeviceSample> samples = DeviceSamples.parseFrom(value).getSamplesList();
      if (samples.isEmpty()) {
        DeviceSample single = DeviceSample.parseFrom(value);
        return single.getDeviceId().equals(key) && isSound(single)
            ? Optional.of(List.of(single))
            : Optional.empty();
      }
      for (DeviceSample sample : samples) {
        if (!isOf(key, sample.getDeviceId()) || !isSound(sample)) {
          return Optional.empty();
        }
      }
      return Optional.of(samples);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static boolean isOf(String node, String device) {
    return device.length() > node.length()
        && device.startsWith(node)
        && device.charAt(node.length()) == '/';
  }

  private static boolean isSound(DeviceSample sample) {
    return sample.getSteps() >= 0
        && isSound(sample.getAttentionSeconds())
        && isSound(sample.getExpertSeconds())
        && isSound(sample.getOtherSeconds())
        && Double.isFinite(sample.getTemperatureCelsius());
  }

  private static boolean isSound(double seconds) {
    return seconds >= 0 && Double.isFinite(seconds);
  }

  @Override
  public TreeMap<String, Means> open() {
    return new TreeMap<>();
  }

  @Override
  public void add(TreeMap<String, Means> window, List<DeviceSample> samples) {
    for (DeviceSample sample : samples) {
      Means means = window.get(sample.getDeviceId());
      if (means == null) {
        if (window.size() == MOST_DEVICES) {
          TelemetryCounters.overflow(1);
          continue;
        }
        means = new Means();
        window.put(sample.getDeviceId(), means);
      }
      if (means.seen.isNew(sample.getSequence(), sample.getWindowEndTime())) {
        add(means, sample);
      }
    }
  }

  private static void add(Means means, DeviceSample sample) {
    for (DeviceMean mean : means.deployments) {
      if (mean.deployment().equals(sample.getDeploymentId())) {
        mean.add(sample);
        TelemetryCounters.aggregated();
        return;
      }
    }
    if (means.deployments.size() == MOST_DEPLOYMENTS) {
      TelemetryCounters.overflow(1);
      return;
    }
    means.deployments.add(new DeviceMean(sample));
    TelemetryCounters.aggregated();
  }

  @Override
  public void close(TreeMap<String, Means> window, long endMillis) {
    List<DeviceWindow> windows = new ArrayList<>(window.size());
    window.forEach(
        (device, means) ->
            means.deployments.forEach(mean -> windows.add(mean.window(device, endMillis))));
    sink.accept(windows);
  }
}
