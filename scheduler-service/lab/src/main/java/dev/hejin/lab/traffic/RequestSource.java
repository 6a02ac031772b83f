package dev.hejin.lab.traffic;

import dev.hejin.lab.scenario.Traffic;

/** Requests in order of time, one at a time. */
public interface RequestSource {
  /** When the present request comes; infinite after the last. */
  double seconds();

  /** Tokens of its prompt, at least 1. */
  int promptTokens();

  /** Tokens of its answer, at least 1. */
  int outputTokens();

  /** Goes to the next request. */
  void next();

  /**
   * The requests of a service.
   *
   * @param index of the service in its scenario
   */
  static RequestSource of(Traffic traffic, long seed, int index) {
    return traffic.arrivals() == Traffic.Arrivals.TRACE
        ? new RecordedRequests(TraceFile.read(traffic.tracePath()), traffic.traceSpeed())
        : new SyntheticRequests(traffic, seed, index);
  }
}
