package dev.hejin.scheduler.app.telemetry;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.hejin.proto.telemetry.v1.ExpertSample;
import dev.hejin.scheduler.app.port.ExpertWindow;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Tokens by expert of each deployment's layer, summed over devices. */
final class ExpertSums implements WindowProcessor.Aggregation<ExpertSample, ExpertSums.Window> {
  /** Far beyond any model. */
  private static final int MOST_EXPERTS = 1 << 12;

  /** Counts of one window, of all layers: 64 MiB. */
  private static final int MOST_COUNTS = 1 << 23;

  /** A layer costs as much as so many counts, whatever it has. */
  private static final int COUNTS_OF_A_LAYER = 64;

  private static final int MOST_SAMPLES = 1 << 18;

  private final Consumer<ExpertWindow> sink;

  ExpertSums(Consumer<ExpertWindow> sink) {
    this.sink = sink;
  }

  /** Of one window. */
  static final class Window {
    private final TreeMap<String, double[]> layers = new TreeMap<>();
    private final HashSet<Source> seen = new HashSet<>();
    private long counts;
  }

  /** What a sample is known by. */
  private record Source(String device, String key, long sequence, long endSeconds, int endNanos) {}

  @Override
  public Optional<ExpertSample> parse(String key, byte[] value) {
    try {
      ExpertSample sample = ExpertSample.parseFrom(value);
      return key(sample).equals(key) && sample.getLayer() >= 0 && isSound(sample)
          ? Optional.of(sample)
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static String key(ExpertSample sample) {
    return sample.getDeploymentId() + "/" + sample.getLayer();
  }

  /** Whether every expert has a count, and numbers and counts are in range. */
  private static boolean isSound(ExpertSample sample) {
    if (sample.getExpertsCount() != sample.getTokensCount()) {
      return false;
    }
    for (int i = 0; i < sample.getExpertsCount(); i++) {
      int expert = sample.getExperts(i);
      if (expert < 0 || expert >= MOST_EXPERTS || sample.getTokens(i) < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Window open() {
    return new Window();
  }

  @Override
  public void add(Window window, ExpertSample sample) {
    String key = key(sample);
    double[] sums = window.layers.getOrDefault(key, new double[0]);
    int length = sums.length;
    for (int i = 0; i < sample.getExpertsCount(); i++) {
      length = Math.max(length, sample.getExperts(i) + 1);
    }
    if (!isNew(window, key, sample)) {
      return;
    }
    long more = length - sums.length + (window.layers.containsKey(key) ? 0 : COUNTS_OF_A_LAYER);
    if (window.counts + more > MOST_COUNTS) {
      TelemetryCounters.overflow(1);
      return;
    }
    if (more > 0) {
      window.counts += more;
      sums = Arrays.copyOf(sums, length);
      window.layers.put(key, sums);
    }
    for (int i = 0; i < sample.getExpertsCount(); i++) {
      sums[sample.getExperts(i)] += sample.getTokens(i);
    }
    TelemetryCounters.aggregated();
  }

  private static boolean isNew(Window window, String key, ExpertSample sample) {
    if (sample.getSequence() == 0) {
      return true;
    }
    if (window.seen.size() == MOST_SAMPLES) {
      TelemetryCounters.overflow(1);
      return false;
    }
    boolean isNew =
        window.seen.add(
            new Source(
                sample.getDeviceId(),
                key,
                sample.getSequence(),
                sample.getWindowEndTime().getSeconds(),
                sample.getWindowEndTime().getNanos()));
    if (!isNew) {
      TelemetryCounters.duplicate();
    }
    return isNew;
  }

  @Override
  public void close(Window window, long endMillis) {
    for (Map.Entry<String, double[]> layer : window.layers.entrySet()) {
      String key = layer.getKey();
      int slash = key.lastIndexOf('/');
      sink.accept(
          new ExpertWindow(
              key.substring(0, slash),
              Integer.parseInt(key.substring(slash + 1)),
              endMillis,
              layer.getValue()));
    }
  }
}
