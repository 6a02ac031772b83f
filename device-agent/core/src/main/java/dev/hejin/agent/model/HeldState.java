package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What one device holds of one deployment.
 *
 * @param routes layers that the device serves, ascending
 * @param epoch epoch of the last directive that changed the device's part of the deployment
 */
public record HeldState(
    String deviceId, String deploymentId, List<Shard> shards, List<LayerRoute> routes, long epoch) {
  public HeldState {
    requireNonNull(deviceId, "deviceId");
    requireNonNull(deploymentId, "deploymentId");
    shards = List.copyOf(shards);
    routes = List.copyOf(routes);
  }
}
