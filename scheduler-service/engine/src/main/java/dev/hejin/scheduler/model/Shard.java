package dev.hejin.scheduler.model;

import static java.util.Objects.requireNonNull;

/**
 * The unit that a device loads and releases.
 *
 * @param kind what it is
 * @param layer layer index; -1 for embedding and head
 * @param expert routed expert; -1 unless {@code kind} is EXPERT
 * @param precision format in which the weights are held
 */
public record Shard(Kind kind, int layer, int expert, Precision precision)
    implements Comparable<Shard> {

  /** What a shard holds. */
  public enum Kind {
    /** Input embedding. */
    EMBEDDING,
    /** One layer's weights without routed experts. */
    LAYER,
    /** One routed expert of one layer. */
    EXPERT,
    /** Output head and final norm. */
    HEAD
  }

  public Shard {
    requireNonNull(kind, "kind");
    requireNonNull(precision, "precision");
    boolean inLayer = kind == Kind.LAYER || kind == Kind.EXPERT;
    if (inLayer != (layer >= 0) || (kind == Kind.EXPERT) != (expert >= 0)) {
      throw new IllegalArgumentException(
          "shard " + kind + " with layer " + layer + " and expert " + expert);
    }
  }

  public static Shard ofLayer(int layer, Precision precision) {
    return new Shard(Kind.LAYER, layer, -1, precision);
  }

  public static Shard ofExpert(int layer, int expert, Precision precision) {
    return new Shard(Kind.EXPERT, layer, expert, precision);
  }

  public static Shard ofEmbedding(Precision precision) {
    return new Shard(Kind.EMBEDDING, -1, -1, precision);
  }

  public static Shard ofHead(Precision precision) {
    return new Shard(Kind.HEAD, -1, -1, precision);
  }

  @Override
  public int compareTo(Shard other) {
    // Spelled out: sets of shards are compared in the inner loop of every migration.
    if (layer != other.layer) {
      return Integer.compare(layer, other.layer);
    }
    if (kind != other.kind) {
      return kind.compareTo(other.kind);
    }
    if (expert != other.expert) {
      return Integer.compare(expert, other.expert);
    }
    return precision.compareTo(other.precision);
  }
}
