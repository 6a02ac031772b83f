package dev.hejin.scheduler.app.port;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.planner.ServicePlanner;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Plans of several services on one pool.
 *
 * @param services that were planned, in the order of the question
 * @param results by name of the service
 * @param revision of the state that was used
 * @param planningSeconds time that it took
 */
public record SharingAnswer(
    List<SharedService> services,
    NavigableMap<String, ServicePlanner.Result> results,
    long revision,
    double planningSeconds) {
  public SharingAnswer {
    services = List.copyOf(services);
    results = Collections.unmodifiableNavigableMap(new TreeMap<>(results));
  }

  /** What became of a service. */
  public ServicePlanner.Result of(SharedService service) {
    return requireNonNull(results.get(service.spec().name()), "result");
  }
}
