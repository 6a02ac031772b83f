package dev.hejin.scheduler.flow;

import java.util.List;

/** Refuses pools that cannot hold the model, or whose links cut it in two. */
final class StageProblemChecks {
  private StageProblemChecks() {}

  static void check(int layers, List<DeviceKind> kinds, int[] kindOf, Network network) {
    if (kindOf.length < 1 || kindOf.length > StageProblem.MAX_DEVICES) {
      throw new InvalidStageProblemException(
          "devices",
          kindOf.length + " devices",
          "not from 1 to " + StageProblem.MAX_DEVICES,
          "plan parts of the pool");
    }
    if (network.devices() != kindOf.length) {
      throw new InvalidStageProblemException(
          "links", network.devices(), "for another number of devices", "read the file again");
    }
    long room = 0;
    for (int i = 0; i < kindOf.length; i++) {
      if (kindOf[i] < 0 || kindOf[i] >= kinds.size()) {
        throw new InvalidStageProblemException(
            "devices[" + i + "]", kindOf[i], "no such type", "add it to device_types");
      }
      room += kinds.get(kindOf[i]).maxLayers();
    }
    if (room < layers) {
      throw new InvalidStageProblemException(
          "model.layers",
          layers,
          "all devices together hold " + room + " layers",
          "add devices for " + (layers - room) + " layers, or use lower precision");
    }
    reachable(layers, kinds, kindOf, network);
  }

  /** Devices that requests can reach and answers can leave from must hold the model alone. */
  private static void reachable(int layers, List<DeviceKind> kinds, int[] kindOf, Network network) {
    boolean[] from = spread(network, true);
    boolean[] to = spread(network, false);
    long room = 0;
    int cut = -1;
    int reached = 0;
    for (int i = 0; i < kindOf.length; i++) {
      if (from[i] && to[i]) {
        room += kinds.get(kindOf[i]).maxLayers();
        reached++;
      } else if (cut < 0) {
        cut = i;
      }
    }
    if (room < layers) {
      throw new InvalidStageProblemException(
          "links",
          reached + " of " + kindOf.length + " devices between source and sink",
          "these hold "
              + room
              + " of "
              + layers
              + " layers; the cut is before device "
              + cut
              + ", which "
              + (from[cut] ? "no way leads from to the sink" : "no way leads to from the source"),
          "links are missing from the list");
    }
  }

  private static boolean[] spread(Network network, boolean forward) {
    int n = network.devices();
    boolean[] seen = new boolean[n + 1];
    int[] queue = new int[n + 1];
    int tail = 0;
    queue[tail++] = n;
    for (int head = 0; head < tail; head++) {
      int at = queue[head];
      for (int next = 0; next < n; next++) {
        double rate =
            forward ? network.tokensPerSecond(at, next) : network.tokensPerSecond(next, at);
        if (!seen[next] && next != at && rate > 0) {
          seen[next] = true;
          queue[tail++] = next;
        }
      }
    }
    return seen;
  }
}
