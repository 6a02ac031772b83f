package dev.hejin.agent.reconcile;

import dev.hejin.agent.model.Shard;
import java.util.List;

/** Answer to an order to load. */
public sealed interface LoadDecision {
  /** Memory is reserved; these shards are still to be brought, in this order. */
  record Accepted(List<Shard> missing) implements LoadDecision {
    public Accepted {
      missing = List.copyOf(missing);
    }
  }

  /** Nothing was changed. */
  record Refused(String reason) implements LoadDecision {}
}
