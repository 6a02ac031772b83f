package dev.hejin.agent.model;

import java.util.List;

/**
 * What a device serves of one layer.
 *
 * @param tokenShare share of the stage's tokens whose attention the device computes, 0 to 1
 * @param experts routed experts that the device serves, ascending
 * @param expertShares for each of them, the share of its tokens that comes here, 0 to 1
 */
public record LayerRoute(
    int layer, double tokenShare, List<Integer> experts, List<Double> expertShares) {
  /** Shares are sums of doubles and may end a little above one. */
  private static final double SHARE_TOLERANCE = 1e-6;

  public LayerRoute {
    experts = List.copyOf(experts);
    expertShares = List.copyOf(expertShares);
    if (layer < 0) {
      throw new IllegalArgumentException("layer is " + layer + "\nMaybe an unset field");
    }
    checkShare("tokenShare", layer, tokenShare);
    if (experts.size() != expertShares.size()) {
      throw new IllegalArgumentException(
          ("layer %d has %d experts and %d expertShares\nMaybe one share for each expert is missing")
              .formatted(layer, experts.size(), expertShares.size()));
    }
    int previous = -1;
    for (int expert : experts) {
      if (expert <= previous) {
        throw new IllegalArgumentException(
            "experts of layer %d: %d follows %d\nMaybe sort them and leave duplicates out"
                .formatted(layer, expert, previous));
      }
      previous = expert;
    }
    for (double share : expertShares) {
      checkShare("expertShares", layer, share);
    }
  }

  /** True when the route means that nothing of the layer is served. */
  public boolean isEmpty() {
    return tokenShare == 0 && experts.isEmpty();
  }

  private static void checkShare(String field, int layer, double share) {
    if (!(share >= 0 && share <= 1 + SHARE_TOLERANCE)) {
      throw new IllegalArgumentException(
          "%s of layer %d is %s, not within 0 to 1\nMaybe divide by the sum"
              .formatted(field, layer, share));
    }
  }
}
