package dev.hejin.deploy.local.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls at given moments, whether or not earlier ones were answered. The moments are those of a
 * Poisson process, fixed by a seed before the first call; a call's time counts from its moment. So
 * a scheduler that stands still for a second shows in every call that was due in it, not in one.
 */
final class OpenLoop {
  private static final long GRACE_SECONDS = 30;

  private final Map<String, Runnable> calls;
  private final Map<String, Double> weights;
  private final Random random;

  /**
   * @param weights how often each call is made, against the others
   */
  OpenLoop(Map<String, Runnable> calls, Map<String, Double> weights, long seed) {
    if (!calls.keySet().equals(weights.keySet())) {
      throw new IllegalArgumentException(
          "calls are " + calls.keySet() + ", weights are of " + weights.keySet());
    }
    this.calls = new LinkedHashMap<>(calls);
    this.weights = new LinkedHashMap<>(weights);
    this.random = new Random(seed);
  }

  /**
   * What happened.
   *
   * @param made calls that were begun
   * @param lateMillis how late the source itself began calls: what it lacks is not the scheduler's
   */
  record Run(Map<String, CallOutcomes> outcomes, long made, Latencies lateMillis) {
    Run {
      outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    }
  }

  Run run(double callsPerSecond, double seconds) throws InterruptedException {
    Map<String, CallOutcomes> outcomes = new LinkedHashMap<>();
    calls.keySet().forEach(name -> outcomes.put(name, new CallOutcomes()));
    Latencies late = new Latencies();
    long made = 0;
    long start = System.nanoTime();
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    try {
      double due = gap(callsPerSecond);
      while (due < seconds) {
        long dueNanos = start + (long) (due * 1e9);
        sleepUntil(dueNanos);
        String name = next();
        CallOutcomes outcome = outcomes.getOrDefault(name, new CallOutcomes());
        Runnable call = calls.getOrDefault(name, () -> {});
        executor.execute(
            () -> {
              late.addMillis((System.nanoTime() - dueNanos) / 1e6);
              outcome.make(call, dueNanos);
            });
        made++;
        due += gap(callsPerSecond);
      }
      executor.shutdown();
      if (!executor.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
        var unused = executor.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
    return new Run(outcomes, made, late);
  }

  private double gap(double callsPerSecond) {
    return -Math.log(1 - random.nextDouble()) / callsPerSecond;
  }

  private String next() {
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    double left = random.nextDouble() * sum;
    String last = "";
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      last = weight.getKey();
      left -= weight.getValue();
      if (left < 0) {
        return last;
      }
    }
    return last;
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    while (System.nanoTime() < nanos) {
      LockSupport.parkNanos(nanos - System.nanoTime());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
