package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.List;
import java.util.NavigableMap;

/**
 * What an agent said first.
 *
 * @param node the node, checked and completed
 * @param instanceId of the agent process
 * @param agentVersion for people
 * @param holdings what its devices really hold
 */
public record Registration(
    Node node, String instanceId, String agentVersion, List<Holding> holdings) {
  public Registration {
    holdings = List.copyOf(holdings);
  }

  /**
   * What one device holds of one deployment.
   *
   * @param deviceId the device
   * @param deployment the deployment
   * @param shards loaded
   * @param routes served layers
   */
  public record Holding(
      String deviceId,
      String deployment,
      List<Shard> shards,
      NavigableMap<Integer, LayerRoute> routes) {}
}
