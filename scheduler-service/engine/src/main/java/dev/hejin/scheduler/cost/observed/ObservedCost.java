package dev.hejin.scheduler.cost.observed;

import dev.hejin.scheduler.model.PhaseScale;
import java.util.Arrays;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Predicted against observed seconds, for each device and phase, and what to believe of each device
 * type. A plan takes the type's scale before the class curve; what sets one device apart from its
 * peers stays with {@code SpeedJudge}, so predictions here are those of a device of usual speed,
 * divided by the speed that is believed of it.
 *
 * <p>A type is believed when most of its devices that reported are known to within {@value #KNOWN},
 * and its scale changes only when it moves by more than {@value #STEP}: plans do not follow noise.
 */
public final class ObservedCost {
  /** Standard error of a logarithm up to which a device counts as known. */
  public static final double KNOWN = 0.05;

  /** Relative change from which a type's scale is taken over. */
  public static final double STEP = 0.05;

  private static final int MOST_DEVICES = 1 << 16;

  private final TreeMap<String, Observed> devices = new TreeMap<>();
  private final TreeMap<String, PhaseScale> believed = new TreeMap<>();

  /** One device: its type, the last window and a scale for each phase. */
  private static final class Observed {
    final String type;
    final RobustScale attention = new RobustScale();
    final RobustScale experts = new RobustScale();
    long windowEndMillis = Long.MIN_VALUE;

    Observed(String type) {
      this.type = type;
    }

    boolean isKnown() {
      return attention.estimate().error() <= KNOWN && experts.estimate().error() <= KNOWN;
    }
  }

  /**
   * One device in one window, seconds of one microbatch.
   *
   * @param deviceId the device
   * @param type its vendor and chip
   * @param windowEndMillis end of the window; one that is shown again is not counted again
   * @param observedAttention attention and dense parts
   * @param observedExperts routed experts
   * @param predictedAttention by the class curve, at the speed that is believed of the device
   * @param predictedExperts the same of routed experts
   */
  public record Sample(
      String deviceId,
      String type,
      long windowEndMillis,
      double observedAttention,
      double observedExperts,
      double predictedAttention,
      double predictedExperts) {}

  /**
   * What is known of a device.
   *
   * @param attention observed over predicted
   * @param experts observed over predicted
   * @param windows that it rests on
   * @param error standard error of the logarithms, the larger of both; infinite with too few
   */
  public record DeviceScale(double attention, double experts, int windows, double error) {
    /** Nothing. */
    public static final DeviceScale UNKNOWN = new DeviceScale(1, 1, 0, Double.POSITIVE_INFINITY);

    /** Whether there was enough to believe it. */
    public boolean isKnown() {
      return error <= KNOWN;
    }
  }

  /** Takes a sample. */
  public void add(Sample sample) {
    Observed device = devices.get(sample.deviceId());
    if (device == null || !device.type.equals(sample.type())) {
      if (devices.size() >= MOST_DEVICES) {
        devices.pollFirstEntry();
      }
      device = new Observed(sample.type());
      devices.put(sample.deviceId(), device);
    }
    if (sample.windowEndMillis() <= device.windowEndMillis) {
      return;
    }
    device.windowEndMillis = sample.windowEndMillis();
    device.attention.add(sample.observedAttention(), sample.predictedAttention());
    device.experts.add(sample.observedExperts(), sample.predictedExperts());
  }

  /** Forgets everything. */
  public void clear() {
    devices.clear();
    believed.clear();
  }

  /** What is known of one device. */
  public DeviceScale of(String deviceId) {
    Observed device = devices.get(deviceId);
    if (device == null) {
      return DeviceScale.UNKNOWN;
    }
    RobustScale.Estimate attention = device.attention.estimate();
    RobustScale.Estimate experts = device.experts.estimate();
    return new DeviceScale(
        attention.scale(),
        experts.scale(),
        Math.min(attention.windows(), experts.windows()),
        Math.max(attention.error(), experts.error()));
  }

  /**
   * Takes over what has become known of types.
   *
   * @return whether a type's scale changed
   */
  public boolean believe() {
    boolean changed = false;
    TreeMap<String, Boolean> types = new TreeMap<>();
    devices.values().forEach(device -> types.put(device.type, true));
    for (String type : types.keySet()) {
      PhaseScale now = scale(type);
      PhaseScale before = believed.getOrDefault(type, PhaseScale.NONE);
      if (now != null
          && (differs(now.attention(), before.attention())
              || differs(now.experts(), before.experts()))) {
        believed.put(type, now);
        changed = true;
      }
    }
    return changed;
  }

  private static boolean differs(double now, double before) {
    return Math.abs(Math.log(now / before)) > STEP;
  }

  /** Scales of device types that a plan should take; types that are as predicted are absent. */
  public NavigableMap<String, PhaseScale> believed() {
    return Collections.unmodifiableNavigableMap(new TreeMap<>(believed));
  }

  /** Median over a type's known devices; null when fewer than half of them are known. */
  private @Nullable PhaseScale scale(String type) {
    long all = devices.values().stream().filter(d -> d.type.equals(type)).count();
    Observed[] known =
        devices.values().stream()
            .filter(d -> d.type.equals(type) && d.isKnown())
            .toArray(Observed[]::new);
    if (2L * known.length <= all) {
      return null;
    }
    return new PhaseScale(
        median(Arrays.stream(known).mapToDouble(d -> d.attention.estimate().scale()).toArray()),
        median(Arrays.stream(known).mapToDouble(d -> d.experts.estimate().scale()).toArray()));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : Math.sqrt(values[middle - 1] * values[middle]);
  }
}
