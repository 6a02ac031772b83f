package dev.hejin.deploy.local.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was seen while calls came at one rate. What could not be seen is null or empty, not zero.
 *
 * @param callsPerSecond rate that was wanted
 * @param madePerSecond rate at which calls were begun
 * @param sourceLateP99Millis how late the source of the calls was itself
 * @param methods by method
 * @param telemetryBehindSeconds most that the aggregation was behind; null without a broker
 * @param nodesLost nodes that the scheduler took for lost; null without a broker
 * @param heap of the scheduler; null where it is another's process
 * @param cores mean number of cores in use, by process
 * @param ended processes that have ended
 */
record LiveStep(
    double callsPerSecond,
    double madePerSecond,
    double sourceLateP99Millis,
    Map<String, Method> methods,
    @Nullable Double telemetryBehindSeconds,
    @Nullable Long nodesLost,
    @Nullable HeapLog heap,
    Map<String, Double> cores,
    List<String> ended) {
  LiveStep {
    methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
    cores = Collections.unmodifiableMap(new LinkedHashMap<>(cores));
    ended = List.copyOf(ended);
  }

  /**
   * Calls of one method.
   *
   * @param answered calls with an answer; the percentiles are theirs
   * @param refused turned away by a limit of the scheduler
   * @param failures others, by status
   */
  record Method(
      long answered,
      double p50Millis,
      double p99Millis,
      double mostMillis,
      long refused,
      Map<String, Long> failures,
      String firstFailure) {
    Method {
      failures = Collections.unmodifiableMap(new TreeMap<>(failures));
    }

    static Method of(CallOutcomes outcomes) {
      Latencies latencies = outcomes.latencies();
      return new Method(
          latencies.count(),
          latencies.percentileMillis(50),
          latencies.percentileMillis(99),
          latencies.percentileMillis(100),
          outcomes.refused(),
          outcomes.failures(),
          outcomes.firstFailure());
    }

    long failed() {
      return failures.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  static Map<String, Method> methods(Map<String, CallOutcomes> outcomes) {
    Map<String, Method> methods = new LinkedHashMap<>();
    outcomes.forEach(
        (name, each) -> {
          Method method = Method.of(each);
          if (method.answered() + method.refused() + method.failed() > 0) {
            methods.put(name, method);
          }
        });
    return methods;
  }
}
