package dev.hejin.scheduler.app.port;

import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What an agent said first.
 *
 * @param node the node, checked and completed
 * @param instanceId of the agent process
 * @param agentVersion for people
 * @param holdings what its devices really hold
 * @param remarks what people want to know of the node, and no decision rests on
 */
public record Registration(
    Node node, String instanceId, String agentVersion, List<Holding> holdings, Remarks remarks) {
  public Registration {
    holdings = List.copyOf(holdings);
  }

  /**
   * What is shown while the node is registered here, and not kept.
   *
   * @param labels of the node
   * @param healthReasons by device id, why it is not healthy
   */
  public record Remarks(Map<String, String> labels, Map<String, String> healthReasons) {
    /** Nothing is known. */
    public static final Remarks NONE = new Remarks(Map.of(), Map.of());

    public Remarks {
      labels = Collections.unmodifiableMap(new TreeMap<>(labels));
      healthReasons = Collections.unmodifiableMap(new TreeMap<>(healthReasons));
    }
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
