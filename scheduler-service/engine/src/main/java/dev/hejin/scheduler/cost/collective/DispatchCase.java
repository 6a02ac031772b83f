package dev.hejin.scheduler.cost.collective;

/**
 * One exchange.
 *
 * @param device of the system, for messages and for leaving one out
 * @param linkBytesPerSecond to devices of the node, one direction
 * @param networkBytesPerSecond of one device to other nodes, one direction
 * @param devicesPerNode in a node
 * @param nodes in the group
 * @param hidden width of a token
 * @param tokens of each device
 * @param topK experts that one token is sent to
 * @param experts in the group
 * @param cores streaming multiprocessors given to the exchange; 0 where the kernel chooses
 * @param kind which kernel
 */
public record DispatchCase(
    String device,
    double linkBytesPerSecond,
    double networkBytesPerSecond,
    int devicesPerNode,
    int nodes,
    int hidden,
    int tokens,
    int topK,
    int experts,
    int cores,
    DispatchKind kind) {
  public DispatchCase {
    if (!(linkBytesPerSecond > 0)
        || !(networkBytesPerSecond > 0)
        || devicesPerNode < 1
        || nodes < 1
        || hidden < 1
        || tokens < 1
        || topK < 1
        || experts < 1
        || cores < 0) {
      throw new IllegalArgumentException(
          "dispatch of "
              + tokens
              + " tokens, hidden "
              + hidden
              + ", top "
              + topK
              + ", nodes "
              + nodes
              + "\nMaybe a column is not filled in.");
    }
  }

  /** Copies of a token that leave for a number of equally likely places. */
  static double distinct(int places, int topK) {
    return places * (1 - Math.pow(1 - 1.0 / places, topK));
  }
}
