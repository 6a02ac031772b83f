package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one device serves of one layer. While routes change, the shares of one expert may not sum to
 * 1 over the devices: senders weigh live replicas by share.
 *
 * @param tokenShare share of the stage's tokens whose attention the device computes; 0: none
 * @param experts routed experts that it serves, ascending, each with its share of that expert's
 *     tokens
 */
public record LayerRoute(double tokenShare, NavigableMap<Integer, Double> experts) {
  /** The device does not serve the layer. */
  public static final LayerRoute EMPTY = new LayerRoute(0, new TreeMap<>());

  private static final double TOLERANCE = 1e-9;

  public LayerRoute {
    requireNonNull(experts, "experts");
    if (!(tokenShare >= 0) || tokenShare > 1 + TOLERANCE) {
      throw new IllegalArgumentException(
          "token_share is "
              + tokenShare
              + "\nMaybe a share was not normalised; 0 to 1 is allowed.");
    }
    experts = Collections.unmodifiableNavigableMap(new TreeMap<>(experts));
    experts.forEach(
        (expert, share) -> {
          if (expert < 0 || !(share >= 0) || share > 1 + TOLERANCE) {
            throw new IllegalArgumentException(
                "share of expert "
                    + expert
                    + " is "
                    + share
                    + "\nMaybe a share was not normalised; 0 to 1 is allowed.");
          }
        });
  }

  public boolean isEmpty() {
    return tokenShare == 0 && experts.isEmpty();
  }

  /** Whether both name the same experts, with shares equal up to rounding. */
  public boolean matches(LayerRoute other) {
    if (this == other) {
      return true;
    }
    if (Math.abs(tokenShare - other.tokenShare) > TOLERANCE
        || (tokenShare == 0) != (other.tokenShare == 0)
        || experts.size() != other.experts.size()) {
      return false;
    }
    var mine = experts.entrySet().iterator();
    for (var theirs : other.experts.entrySet()) {
      var entry = mine.next();
      if (!entry.getKey().equals(theirs.getKey())
          || Math.abs(entry.getValue() - theirs.getValue()) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }
}
