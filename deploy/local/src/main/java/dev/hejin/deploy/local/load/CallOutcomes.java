package dev.hejin.deploy.local.load;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the calls of one kind. A call that the scheduler turned away because of a limit is
 * told apart from one that failed: a limit is a setting, and says nothing of what the machine
 * bears.
 */
final class CallOutcomes {
  private final Latencies latencies = new Latencies();
  private final TreeMap<String, Long> failures = new TreeMap<>();
  private long refused;
  private String firstFailure = "";

  /**
   * Makes a call.
   *
   * @param dueNanos when it was to be made: its time counts from then, so that no wait is hidden
   */
  void make(Runnable call, long dueNanos) {
    try {
      call.run();
      latencies.addMillis((System.nanoTime() - dueNanos) / 1e6);
    } catch (StatusRuntimeException e) {
      failed(e.getStatus());
    }
  }

  synchronized void failed(Status status) {
    if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
      refused++;
    } else {
      failures.merge(status.getCode().name(), 1L, Long::sum);
    }
    if (firstFailure.isEmpty()) {
      firstFailure = status.getCode() + ": " + status.getDescription();
    }
  }

  Latencies latencies() {
    return latencies;
  }

  /** Calls that limits turned away. */
  synchronized long refused() {
    return refused;
  }

  /** Failed calls by status. */
  synchronized Map<String, Long> failures() {
    return new TreeMap<>(failures);
  }

  synchronized long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Status and words of the first call that was not answered; empty when all were. */
  synchronized String firstFailure() {
    return firstFailure;
  }

  @Override
  public synchronized String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %d refused by a limit, %d failed%s",
        latencies,
        refused,
        failed(),
        firstFailure.isEmpty()
            ? ""
            : " (first: " + firstFailure.lines().findFirst().orElse("") + ")");
  }
}
