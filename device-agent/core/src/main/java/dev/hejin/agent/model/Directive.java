package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One order to one device. Repeating an order that took effect changes nothing and succeeds.
 *
 * @param directiveId unique; the acknowledgement names it
 * @param epoch plan that the order belongs to
 */
public record Directive(
    String directiveId, long epoch, String deploymentId, String deviceId, Action action) {
  public Directive {
    requireNonNull(directiveId, "directiveId");
    requireNonNull(deploymentId, "deploymentId");
    requireNonNull(deviceId, "deviceId");
    requireNonNull(action, "action");
  }

  /** What to do. */
  public sealed interface Action {}

  /** Bring shards into memory. */
  public record Load(List<Shard> shards) implements Action {
    public Load {
      shards = List.copyOf(shards);
    }
  }

  /**
   * Serve these layers in this way from now on; other layers stay as they are.
   *
   * @param shape null keeps the shape that the layers were activated with
   */
  public record Activate(List<LayerRoute> routes, @Nullable ServingShape shape) implements Action {
    public Activate {
      routes = List.copyOf(routes);
    }
  }

  /** Give the memory of shards back. */
  public record Release(List<ShardKey> shards) implements Action {
    public Release {
      shards = List.copyOf(shards);
    }
  }
}
