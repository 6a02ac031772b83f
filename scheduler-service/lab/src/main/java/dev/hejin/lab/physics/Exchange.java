package dev.hejin.lab.physics;

import dev.hejin.scheduler.model.LayerSpec;
import java.util.TreeMap;

/**
 * Dispatch and combine of one MoE layer. A token goes once to each other device of its node that
 * holds one of its experts, over the link, and once to each other node, over the network, as
 * DeepEP's kernels do; group-limited routing bounds the nodes. Links and networks work at once; the
 * device whose part takes longest decides.
 *
 * @param startSeconds of both ways with nothing to carry
 * @param secondsPerToken for each token of the microbatch, where no device gets more than the mean
 */
record Exchange(double startSeconds, double secondsPerToken) {
  /** Low-latency kernels of DeepEP start in about 15 us within a node, 40 us across nodes. */
  private static final double NEAR_START_SECONDS = 15e-6;

  private static final double FAR_START_SECONDS = 40e-6;

  static final Exchange NONE = new Exchange(0, 0);

  static Exchange of(TruePool pool, StageSpec stage, LayerSpec layer, double[] tokenShare) {
    int[] devices = stage.devices();
    if (!layer.isMoe() || devices.length < 2) {
      return NONE;
    }
    TreeMap<Integer, Integer> near = new TreeMap<>();
    for (int device : devices) {
      near.merge(pool.node(device), 1, Integer::sum);
    }
    int all = devices.length;
    int nodes = near.size();
    double reached = all * (1 - Math.pow(1 - 1.0 / all, layer.expertsPerToken()));
    double reachedNodes = nodes * (1 - Math.pow(1 - 1.0 / nodes, layer.expertsPerToken()));
    if (layer.expertGroups() > 1 && nodes >= layer.expertGroups()) {
      reachedNodes = Math.min(reachedNodes, layer.expertGroupsPerToken());
    }
    double bytes = stage.model().hiddenSize() * (stage.expertPrecision().bits() <= 8 ? 3.0 : 4.0);
    double most = 0;
    for (int d = 0; d < all; d++) {
      TrueRates rates = pool.rates(devices[d]);
      int here = near.getOrDefault(pool.node(devices[d]), 1);
      // Where attention is not spread evenly, experts still receive their part.
      double part = Math.max(tokenShare[d], 1.0 / all);
      double link = reached * (here - 1) / all / rates.linkBytesPerSecond();
      double network =
          nodes > 1
              ? reachedNodes
                  * (nodes - 1)
                  / nodes
                  / (rates.networkBytesPerSecond() * pool.network(pool.node(devices[d])))
              : 0;
      most = Math.max(most, part * bytes * Math.max(link, network));
    }
    return new Exchange(2 * (nodes > 1 ? FAR_START_SECONDS : NEAR_START_SECONDS), most);
  }
}
