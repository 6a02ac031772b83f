package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a placement wants of one device.
 *
 * @param deviceId the device
 * @param precision of embedding, head and layers
 * @param expertPrecision of routed experts
 * @param shards what it is to hold, and nothing else
 * @param routes what it is to serve: an entry, perhaps an empty one, for each layer of its stage
 */
public record DeviceTarget(
    String deviceId,
    Precision precision,
    Precision expertPrecision,
    NavigableSet<Shard> shards,
    NavigableMap<Integer, LayerRoute> routes) {
  public DeviceTarget {
    requireNonNull(deviceId, "deviceId");
    requireNonNull(precision, "precision");
    requireNonNull(expertPrecision, "expertPrecision");
    shards = Collections.unmodifiableNavigableSet(new TreeSet<>(shards));
    routes = Collections.unmodifiableNavigableMap(new TreeMap<>(routes));
  }

  /** Whether the device holds and serves this and nothing else, and nothing is on its way. */
  boolean isReachedBy(DeviceView view) {
    if (view.isInFlight() || !view.loaded().equals(shards)) {
      return false;
    }
    for (var route : routes.entrySet()) {
      if (!view.activeRoute(route.getKey()).matches(route.getValue())) {
        return false;
      }
    }
    for (var route : view.active().entrySet()) {
      if (!routes.containsKey(route.getKey()) && !route.getValue().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** The target of a device that the placement does not use. */
  static DeviceTarget none(String deviceId) {
    return new DeviceTarget(
        deviceId, Precision.BF16, Precision.BF16, new TreeSet<>(), new TreeMap<>());
  }
}
