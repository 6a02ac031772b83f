package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Shard;
import java.util.List;

/** One thing that one device is to do next. Repeating it changes nothing. */
public sealed interface DeviceAction {

  /** The device that is to do it. */
  String deviceId();

  /**
   * Bring shards into memory.
   *
   * @param shards most urgent first
   */
  record Load(String deviceId, List<Shard> shards) implements DeviceAction {
    public Load {
      requireNonNull(deviceId, "deviceId");
      shards = List.copyOf(shards);
    }
  }

  /**
   * Serve a layer in this way from now on; other layers stay as they are.
   *
   * @param route all that the device serves of the layer; empty: nothing
   */
  record Activate(String deviceId, int layer, LayerRoute route) implements DeviceAction {
    public Activate {
      requireNonNull(deviceId, "deviceId");
      requireNonNull(route, "route");
    }
  }

  /** Give the memory of shards back. */
  record Release(String deviceId, List<Shard> shards) implements DeviceAction {
    public Release {
      requireNonNull(deviceId, "deviceId");
      shards = List.copyOf(shards);
    }
  }
}
