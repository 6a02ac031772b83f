package dev.hejin.deploy.local.truth;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What was seen since one moment. */
public final class TruthWindow {
  private static final int MAX_VIOLATIONS = 20;

  private final Set<String> violations = new LinkedHashSet<>();
  private long violationCount;
  private int looks;
  private int mostUnserved;
  private int mostUnservedLayers;
  private double unservedSeconds;
  private double worstTokensPerSecond = Double.POSITIVE_INFINITY;
  private double worstBalance = Double.POSITIVE_INFINITY;

  synchronized void add(
      List<String> found, Coverage missing, TrueThroughput throughput, double seconds) {
    looks++;
    violationCount += found.size();
    for (String violation : found) {
      if (violations.size() < MAX_VIOLATIONS) {
        violations.add(violation);
      }
    }
    mostUnserved = Math.max(mostUnserved, missing.missingExperts());
    mostUnservedLayers = Math.max(mostUnservedLayers, missing.missingLayers());
    if (!missing.isComplete()) {
      unservedSeconds += seconds;
    }
    worstTokensPerSecond = Math.min(worstTokensPerSecond, throughput.tokensPerSecond());
    worstBalance = Math.min(worstBalance, throughput.balance());
  }

  /** Looks so far. */
  public synchronized int looks() {
    return looks;
  }

  /** Some of the violations, in words. */
  public synchronized List<String> violations() {
    return new ArrayList<>(violations);
  }

  public synchronized long violationCount() {
    return violationCount;
  }

  /** Most experts without a live replica at one time. */
  public synchronized int mostUnservedExperts() {
    return mostUnserved;
  }

  /** Most layers that nobody served at one time. */
  public synchronized int mostUnservedLayers() {
    return mostUnservedLayers;
  }

  /** Time in which some layer or expert was not served. */
  public synchronized double unservedSeconds() {
    return unservedSeconds;
  }

  /** Least true tokens a second; NaN before the first look. */
  public synchronized double worstTokensPerSecond() {
    return looks == 0 ? Double.NaN : worstTokensPerSecond;
  }

  /** Least balance; NaN before the first look. */
  public synchronized double worstBalance() {
    return looks == 0 ? Double.NaN : worstBalance;
  }
}
