package dev.hejin.scheduler.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Reads what drivers tell of a device's condition: memory errors that could not be corrected,
 * errors of its links, and throttling by heat. Counters count since the driver was loaded, so only
 * their growth between windows says something; one that falls begins anew.
 *
 * <p>Nothing follows from one odd window: memory errors in {@value #ERROR_WINDOWS} of the last
 * {@value #MEMORY} windows make a device unusable, as repeated double-bit errors do by the vendors'
 * own rules for replacement; link errors or throttling in {@value #STEADY} windows in a row are
 * told. Each is told once, and again only after {@value #QUIET} windows without it.
 */
public final class ConditionJudge {
  /** Windows with new uncorrected memory errors after which a device is unusable. */
  public static final int ERROR_WINDOWS = 2;

  /** Windows that are remembered. */
  public static final int MEMORY = 20;

  /** Windows in a row after which link errors or throttling are told. */
  public static final int STEADY = 3;

  /** Windows without it after which a sign is forgotten. */
  public static final int QUIET = 10;

  private static final int MOST_DEVICES = 1 << 17;

  private final TreeMap<String, History> devices = new TreeMap<>();

  /** What was found. */
  public enum Kind {
    MEMORY_ERRORS,
    LINK_ERRORS,
    THROTTLED
  }

  /**
   * One device in one window; what the driver did not tell is empty.
   *
   * @param windowEndMillis a window that is shown again is not counted again
   * @param memoryErrors uncorrected errors of its memory, ever
   * @param linkErrors of its bus and its vendor's links, ever
   * @param remarks reasons of health and throttling, in the tool's words
   */
  public record Sample(
      String deviceId,
      long windowEndMillis,
      OptionalLong memoryErrors,
      OptionalLong linkErrors,
      List<String> remarks) {
    public Sample {
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * What follows.
   *
   * @param isUnusable whether plans should do without the device
   * @param evidence what was seen
   */
  public record Finding(String deviceId, Kind kind, boolean isUnusable, String evidence) {}

  /** Takes one window of one device. */
  public List<Finding> judge(Sample sample) {
    if (!devices.containsKey(sample.deviceId()) && devices.size() >= MOST_DEVICES) {
      return List.of();
    }
    History history = devices.computeIfAbsent(sample.deviceId(), id -> new History());
    if (sample.windowEndMillis() <= history.lastMillis) {
      return List.of();
    }
    history.lastMillis = sample.windowEndMillis();
    List<Finding> findings = new ArrayList<>();
    memory(sample, history).ifPresent(findings::add);
    links(sample, history).ifPresent(findings::add);
    heat(sample, history).ifPresent(findings::add);
    return findings;
  }

  /** Forgets a device: it is another one when it comes back. */
  public void forget(String deviceId) {
    devices.remove(deviceId);
  }

  private static Optional<Finding> memory(Sample sample, History history) {
    long grown = history.memory.grown(sample.memoryErrors());
    if (!history.memory.recent(grown > 0, MEMORY, ERROR_WINDOWS)) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            sample.deviceId(),
            Kind.MEMORY_ERRORS,
            true,
            String.format(
                Locale.ROOT,
                "uncorrected memory errors grew in %d of the last %d windows, to %d",
                ERROR_WINDOWS,
                MEMORY,
                sample.memoryErrors().orElse(0))));
  }

  private static Optional<Finding> links(Sample sample, History history) {
    long grown = history.links.grown(sample.linkErrors());
    if (!history.links.steady(grown > 0)) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            sample.deviceId(),
            Kind.LINK_ERRORS,
            false,
            String.format(
                Locale.ROOT,
                "link errors grew in %d windows in a row, by %d in the last, to %d",
                STEADY,
                grown,
                sample.linkErrors().orElse(0))));
  }

  private static Optional<Finding> heat(Sample sample, History history) {
    Optional<String> remark =
        sample.remarks().stream()
            .filter(text -> text.toLowerCase(Locale.ROOT).contains("therm"))
            .findFirst();
    if (!history.heat.steady(remark.isPresent())) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            sample.deviceId(),
            Kind.THROTTLED,
            false,
            "throttled by heat in " + STEADY + " windows in a row: " + remark.orElse("")));
  }

  private static final class History {
    private long lastMillis = Long.MIN_VALUE;
    private final Sign memory = new Sign();
    private final Sign links = new Sign();
    private final Sign heat = new Sign();
  }

  /** One sign of one device. */
  private static final class Sign {
    private OptionalLong count = OptionalLong.empty();
    private int inARow;
    private int quiet;
    private boolean told;

    /** By window, most recent in the lowest bit. */
    private int recent;

    /** How much the counter grew since it was told last; 0 the first time. */
    private long grown(OptionalLong now) {
      long grown =
          now.isPresent() && count.isPresent()
              ? Math.max(0, now.getAsLong() - count.getAsLong())
              : 0;
      if (now.isPresent()) {
        count = now;
      }
      return grown;
    }

    private boolean steady(boolean isThere) {
      note(isThere);
      return tell(inARow >= STEADY);
    }

    private boolean recent(boolean isThere, int windows, int least) {
      note(isThere);
      recent = (recent << 1 | (isThere ? 1 : 0)) & ((1 << windows) - 1);
      return tell(Integer.bitCount(recent) >= least);
    }

    private void note(boolean isThere) {
      inARow = isThere ? inARow + 1 : 0;
      quiet = isThere ? 0 : quiet + 1;
      told &= quiet < QUIET;
    }

    private boolean tell(boolean holds) {
      boolean now = holds && !told && inARow > 0;
      told |= now;
      return now;
    }
  }
}
