package dev.hejin.scheduler.cost.serving;

import static dev.hejin.scheduler.cost.serving.ServingParameters.LATENCY;
import static dev.hejin.scheduler.cost.serving.ServingParameters.LINK;
import static dev.hejin.scheduler.cost.serving.ServingParameters.NETWORK;
import static dev.hejin.scheduler.cost.serving.ServingParameters.NETWORK_LATENCY;

import dev.hejin.scheduler.cost.fit.ParameterValues;

/**
 * What devices of a replica exchange in one pass through the model: Hockney's alpha-beta model.
 *
 * @param values of the curve
 */
record ServingExchange(ParameterValues values) {
  private static final double MOST_HIDDEN = 0.5;
  private static final double TOKENS_TO_SPLIT = 64;

  /** Bytes of an element on its way to an expert and back. */
  private static final double DISPATCHED = 3;

  /**
   * Two exchanges a layer. Devices that share attention add their sums up: 2 (n - 1) / n of the
   * tokens cross a link, and between nodes only one part a node. Devices that share experts alone
   * send each token once to every device that holds one of its experts, in 8 bits, and get it back
   * in 16; between nodes once to every node.
   */
  double seconds(ServingCase given, Layout layout, double tokens) {
    int devices = layout.exchanging();
    if (devices < 2) {
      return 0;
    }
    ServingDevice device = given.device();
    int perNode = Math.min(device.devicesPerNode(), devices);
    int nodes = Math.ceilDiv(devices, device.devicesPerNode());
    double away = (nodes - 1.0) / nodes;
    double row = tokens * given.model().hidden();
    double linkBytes;
    double networkBytes;
    if (layout.dataParallel() > 1 && layout.expertParallel() > 1) {
      int topK = given.model().expertsPerToken();
      linkBytes = row * DISPATCHED * distinct(devices, topK) / nodes / 2;
      double reached = Math.min(distinct(nodes, topK), given.model().mostNodes());
      networkBytes = row * DISPATCHED * reached * away / 2;
    } else {
      linkBytes = row * 2 * 2 * (devices - 1) / devices;
      networkBytes = row * 2 * away / perNode;
    }
    double log = Math.log(devices) / Math.log(2);
    double seconds =
        values.get(LATENCY) * log / 3
            + linkBytes / (device.linkBytesPerSecond() * values.get(LINK));
    if (nodes > 1) {
      seconds +=
          values.get(NETWORK_LATENCY)
              + networkBytes / (device.networkBytesPerSecond() * values.get(NETWORK));
    }
    return 2 * given.model().layers() * seconds;
  }

  /**
   * Exchange that hides behind the computation of another half of the batch, where engines run two
   * halves against each other: half of the shorter at large batches, which gains the 25 % that is
   * published for two-batch overlap (SGLang 2025), and next to nothing at small ones, where halves
   * would read all weights twice (there it loses 27 %).
   */
  static double hiddenSeconds(Layout layout, double tokens, double computation, double exchange) {
    if (layout.dataParallel() == 1 || layout.expertParallel() == 1) {
      return 0;
    }
    double share = MOST_HIDDEN * tokens / (tokens + TOKENS_TO_SPLIT);
    return share * Math.min(computation, exchange);
  }

  /** Of equally likely places, those that one token is sent to. */
  private static double distinct(int places, int topK) {
    return places * (1 - Math.pow(1 - 1.0 / places, topK));
  }
}
