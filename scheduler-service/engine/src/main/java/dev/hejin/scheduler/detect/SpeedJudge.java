package dev.hejin.scheduler.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Finds devices that are slower, or faster again, than others of their type.
 *
 * <p>Data in, for each device and window: the seconds of work that it reported and the seconds that
 * the cost model predicts for a device of nominal speed with the same routes and load. Their
 * quotient, divided by the speed that is believed, is compared with the median over the device's
 * peers, so that what the cost model gets wrong for a whole type cancels out. When peers fall into
 * two groups that are both large the median says little: then the group that agrees with earlier
 * windows is taken for sound, and without earlier windows the faster one. A speed is believed after
 * it was seen in {@value #WINDOWS} windows in a row, each outside the tolerance around the known
 * speed and in agreement with each other; a single odd window changes nothing, however often it is
 * shown and even when the device is silent after it.
 */
public final class SpeedJudge {
  /** Windows in a row that must agree. */
  public static final int WINDOWS = 2;

  private static final int FEWEST_PEERS = 3;
  private static final int MOST_GROUPS = 256;

  /** Of a new window in the mean of earlier ones. */
  private static final double WEIGHT = 0.2;

  private static final double LEAST = 0.05;
  private static final double MOST = 4.0;

  private final double tolerance;

  /** By peers, then by device: odd windows of devices that were in their peers' last call. */
  private final TreeMap<String, TreeMap<String, Suspicion>> suspects = new TreeMap<>();

  /** By peers: what a device of believed speed came to in earlier windows. */
  private final TreeMap<String, Double> earlier = new TreeMap<>();

  private record Suspicion(long windowEndMillis, double[] factors) {}

  /**
   * @param tolerance relative difference from the known speed that is taken for noise, above 0
   */
  public SpeedJudge(double tolerance) {
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "speed tolerance is " + tolerance + "\nMaybe 0.06; above 0, below 1.");
    }
    this.tolerance = tolerance;
  }

  /**
   * One device in one window.
   *
   * @param deviceId the device
   * @param peers name of the group that it is compared with: same type, same stage
   * @param windowEndMillis end of the window; one that is shown again is not counted again
   * @param observedSeconds work for one microbatch as reported, above 0
   * @param nominalSeconds the same work on a device of nominal speed, predicted, above 0
   * @param knownFactor speed that is believed so far
   */
  public record Sample(
      String deviceId,
      String peers,
      long windowEndMillis,
      double observedSeconds,
      double nominalSeconds,
      double knownFactor) {}

  /**
   * A speed to believe from now on.
   *
   * @param deviceId the device
   * @param factor relative to its peers' median
   * @param evidence what was seen
   */
  public record Judgement(String deviceId, double factor, String evidence) {}

  /** Takes one window of all devices; returns the speeds that changed. */
  public List<Judgement> judge(List<Sample> samples) {
    TreeMap<String, List<Sample>> groups = new TreeMap<>();
    for (Sample sample : samples) {
      if (isWork(sample.observedSeconds()) && isWork(sample.nominalSeconds())) {
        groups.computeIfAbsent(sample.peers(), g -> new ArrayList<>()).add(sample);
      }
    }
    List<Judgement> judgements = new ArrayList<>();
    for (Map.Entry<String, List<Sample>> group : groups.entrySet()) {
      TreeMap<String, Suspicion> before =
          Objects.requireNonNullElseGet(suspects.remove(group.getKey()), TreeMap::new);
      if (group.getValue().size() >= FEWEST_PEERS) {
        judge(group.getKey(), group.getValue(), before, judgements);
      }
    }
    return judgements;
  }

  private void judge(
      String peers,
      List<Sample> group,
      TreeMap<String, Suspicion> before,
      List<Judgement> judgements) {
    Reference reference = reference(peers, group);
    TreeMap<String, Suspicion> after = new TreeMap<>();
    for (Sample sample : group) {
      Suspicion suspicion = before.get(sample.deviceId());
      if (suspicion != null && sample.windowEndMillis() <= suspicion.windowEndMillis()) {
        after.put(sample.deviceId(), suspicion);
        continue;
      }
      double factor = Math.clamp(quotient(sample) / reference.quotient(), LEAST, MOST);
      if (Math.abs(factor / sample.knownFactor() - 1) <= tolerance) {
        continue;
      }
      double[] seen = append(suspicion == null ? new double[0] : suspicion.factors(), factor);
      if (seen.length < WINDOWS) {
        after.put(sample.deviceId(), new Suspicion(sample.windowEndMillis(), seen));
        continue;
      }
      judgements.add(
          new Judgement(
              sample.deviceId(),
              Arrays.stream(seen).average().orElse(factor),
              text(peers, sample) + reference.remark()));
    }
    if (!after.isEmpty()) {
      suspects.put(peers, after);
    }
  }

  /** What a device of believed speed comes to in this window. */
  private record Reference(double quotient, String remark) {}

  private Reference reference(String peers, List<Sample> group) {
    double[] values =
        group.stream().mapToDouble(s -> quotient(s) / s.knownFactor()).sorted().toArray();
    Double before = earlier.get(peers);
    int split = split(values);
    double chosen = median(values);
    String remark = "";
    if (split > 0) {
      double low = median(Arrays.copyOf(values, split));
      double high = median(Arrays.copyOfRange(values, split, values.length));
      boolean lowIsSound =
          before != null && Math.abs(Math.log(low / before)) < Math.abs(Math.log(high / before));
      chosen = lowIsSound ? low : high;
      remark =
          String.format(
              Locale.ROOT,
              "; %d of %d are slower than the rest: %s",
              split,
              values.length,
              before == null ? "the rest is taken for sound" : "compared with earlier windows");
    }
    earlier.put(peers, before == null ? chosen : before + WEIGHT * (chosen - before));
    if (earlier.size() > MOST_GROUPS) {
      earlier.pollFirstEntry();
    }
    return new Reference(chosen, remark);
  }

  /**
   * Number of values in the slower of two groups that are both large and further apart than noise;
   * 0 when there are none.
   */
  private int split(double[] sorted) {
    int least = Math.max(2, (sorted.length + 3) / 4);
    int best = 0;
    double widest = 1 + tolerance;
    for (int i = least; i <= sorted.length - least; i++) {
      double gap = sorted[i] / sorted[i - 1];
      if (gap > widest) {
        widest = gap;
        best = i;
      }
    }
    return best;
  }

  private double[] append(double[] before, double factor) {
    if (before.length > 0 && Math.abs(before[before.length - 1] / factor - 1) > tolerance) {
      return new double[] {factor};
    }
    double[] seen = Arrays.copyOf(before, before.length + 1);
    seen[before.length] = factor;
    return seen;
  }

  private static String text(String peers, Sample sample) {
    return String.format(
        Locale.ROOT,
        "%.3f ms for work of %.3f ms at nominal speed, in %d windows; peers: %s",
        sample.observedSeconds() * 1e3,
        sample.nominalSeconds() * 1e3,
        WINDOWS,
        peers);
  }

  private static boolean isWork(double seconds) {
    return seconds > 0 && Double.isFinite(seconds);
  }

  private static double quotient(Sample sample) {
    return sample.nominalSeconds() / sample.observedSeconds();
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
}
