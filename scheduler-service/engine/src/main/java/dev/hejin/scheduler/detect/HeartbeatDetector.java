package dev.hejin.scheduler.detect;

import java.util.Locale;

/**
 * How surprising it is that a node has been silent for so long: the phi-accrual failure detector of
 * Hayashibara, Défago, Yared and Katayama (SRDS 2004). Phi is minus the decimal logarithm of the
 * probability that a heartbeat comes later than now, when intervals are distributed normally with
 * the mean and deviation of the last {@value #WINDOW}; at 1 one alarm of ten would be false, at 10
 * one of ten thousand million. The normal tail is Sampford's bound of Mills' ratio (1953), less
 * than 2 % too large beyond one deviation.
 *
 * <p>A node whose heartbeats jitter, because it or the network is loaded, is so given more time of
 * itself.
 */
public final class HeartbeatDetector {
  private static final int WINDOW = 64;

  private final double[] intervals = new double[WINDOW];
  private final double leastDeviationMillis;
  private long heartbeats;
  private long lastMillis;

  /**
   * @param expectedMillis interval at which heartbeats are due, above 0
   * @param leastDeviationMillis deviation that is assumed at least, above 0
   * @param nowMillis when the node was first heard of
   */
  public HeartbeatDetector(long expectedMillis, long leastDeviationMillis, long nowMillis) {
    if (expectedMillis < 1 || leastDeviationMillis < 1) {
      throw new IllegalArgumentException(
          "heartbeats every "
              + expectedMillis
              + " ms with a deviation of "
              + leastDeviationMillis
              + " ms\nMaybe 1000 and 500; both are at least 1.");
    }
    this.leastDeviationMillis = leastDeviationMillis;
    this.lastMillis = nowMillis;
    // What is expected counts as one interval seen.
    intervals[0] = expectedMillis;
    heartbeats = 1;
  }

  /** A sign of life came; a clock that went back counts as no time at all. */
  public void heartbeat(long nowMillis) {
    intervals[(int) (heartbeats % WINDOW)] = Math.max(0, nowMillis - lastMillis);
    heartbeats++;
    lastMillis = nowMillis;
  }

  /** The observer itself stood still: silence in that time says nothing. */
  public void forgive(long millis) {
    lastMillis += millis;
  }

  /** When the last sign of life came, forgiven time added. */
  public long lastMillis() {
    return lastMillis;
  }

  /** Suspicion, 0 and more. */
  public double phi(long nowMillis) {
    double y = (nowMillis - lastMillis - mean()) / deviation();
    double tail = Math.min(Math.log10(0.5), logTail(Math.abs(y)));
    return y >= 0 ? -tail : -Math.log10(1 - Math.pow(10, tail));
  }

  /** Decimal logarithm of the normal distribution beyond {@code y} deviations, 0 and more. */
  private static double logTail(double y) {
    double ratio = 4 / (3 * y + Math.sqrt(y * y + 8));
    return -y * y / 2 / Math.log(10) + Math.log10(ratio / Math.sqrt(2 * Math.PI));
  }

  /** What makes the node suspicious, in words. */
  public String evidence(long nowMillis) {
    return String.format(
        Locale.ROOT,
        "no heartbeat for %d ms, phi %.1f: mean %.0f ms, deviation %.0f ms over %d",
        nowMillis - lastMillis,
        phi(nowMillis),
        mean(),
        deviation(),
        count());
  }

  private int count() {
    return (int) Math.min(WINDOW, heartbeats);
  }

  private double mean() {
    double sum = 0;
    for (int i = 0; i < count(); i++) {
      sum += intervals[i];
    }
    return sum / count();
  }

  private double deviation() {
    double mean = mean();
    double squares = 0;
    for (int i = 0; i < count(); i++) {
      squares += (intervals[i] - mean) * (intervals[i] - mean);
    }
    return Math.max(leastDeviationMillis, Math.sqrt(squares / count()));
  }
}
