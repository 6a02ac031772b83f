package dev.hejin.scheduler.flow;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A model, devices and links. Each device may hold one interval of layers; a request visits devices
 * whose intervals follow each other without gap or overlap, from layer 0 to the last.
 *
 * @param layers of the model
 * @param activationBytes of one token between two devices
 * @param tokenBytes of one token between coordinator and a device
 * @param kinds device types
 * @param kindOf type of each device
 * @param network links
 */
public record StageProblem(
    int layers,
    double activationBytes,
    double tokenBytes,
    List<DeviceKind> kinds,
    int[] kindOf,
    Network network) {
  /** The largest pool that dense links are kept for. */
  public static final int MAX_DEVICES = 2_000;

  private static final int MAX_LAYERS = 10_000;

  /** Checks sizes, then that the pool can hold and reach the whole model. */
  public StageProblem {
    kinds = List.copyOf(kinds);
    kindOf = kindOf.clone();
    requireNonNull(network, "network");
    if (layers < 1 || layers > MAX_LAYERS) {
      throw new InvalidStageProblemException(
          "model.layers", layers, "not from 1 to " + MAX_LAYERS, "count them in config.json");
    }
    StageProblemChecks.check(layers, kinds, kindOf, network);
  }

  /** Number of devices. */
  public int devices() {
    return kindOf.length;
  }

  /** The type of a device. */
  public DeviceKind kind(int device) {
    return kinds.get(kindOf[device]);
  }

  /** Rate of a device with k layers, no more than its links let through. */
  double rate(int device, int k) {
    return kind(device).tokensPerSecond()[k];
  }

  /** Whether every type has what the serving objective needs. */
  public boolean knowsServing() {
    for (int kind : kindOf) {
      if (kinds.get(kind).serving() == null) {
        return false;
      }
    }
    return true;
  }
}
