package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

/** The unit that is loaded and released. */
public record Shard(ShardKey key, long sizeBytes) {
  public Shard {
    requireNonNull(key, "key");
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("sizeBytes is " + sizeBytes + "\nMaybe an overflow");
    }
  }
}
