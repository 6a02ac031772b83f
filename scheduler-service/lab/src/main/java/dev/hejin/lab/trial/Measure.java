package dev.hejin.lab.trial;

/** What a trial measures, each with its unit and which way is better. */
public enum Measure {
  /** Output tokens served, for each simulated second after the warm-up. */
  THROUGHPUT("throughput", "tokens/s", true),
  /** The same of requests that met both the TTFT and the TPOT limit. */
  GOODPUT("goodput", "tokens/s", true),
  /** Requests that met both limits, of all that ended. */
  LIMITS_MET("limits met", "", true),
  TTFT_P50("TTFT p50", "s", false),
  TTFT_P90("TTFT p90", "s", false),
  TTFT_P99("TTFT p99", "s", false),
  TPOT_P50("TPOT p50", "ms", false),
  TPOT_P90("TPOT p90", "ms", false),
  TPOT_P99("TPOT p99", "ms", false),
  /** Mean over time of mean device time / longest device time over the layers. */
  BALANCEDNESS("balancedness", "", true),
  BYTES_MOVED("bytes moved", "GiB", false),
  /** Steps that migrations made slower. */
  DISTURBED_STEPS("disturbed steps", "", false),
  /** Seconds without a live replica of some expert. */
  UNSERVED("unserved", "s", false),
  /** Mean time from a fault to 95 % of the throughput that the pool can still do. */
  RECOVERY("recovery", "s", false),
  /** Time that devices computed, of all their time. */
  UTILISATION("device utilisation", "", true),
  COST("cost per million tokens", "USD", false),
  ENERGY("energy per token", "J", false);

  private final String title;
  private final String unit;
  private final boolean moreIsBetter;

  Measure(String title, String unit, boolean moreIsBetter) {
    this.title = title;
    this.unit = unit;
    this.moreIsBetter = moreIsBetter;
  }

  /** Returns the name for people. */
  public String title() {
    return title;
  }

  /** Returns the unit; empty for shares and counts. */
  public String unit() {
    return unit;
  }

  /** Returns whether a higher figure is the better one. */
  public boolean moreIsBetter() {
    return moreIsBetter;
  }
}
