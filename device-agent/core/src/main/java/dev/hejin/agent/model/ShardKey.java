package dev.hejin.agent.model;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.Locale;

/**
 * Identity of a shard within a deployment. Ascends by kind, layer, expert, precision, so that the
 * formats of one weight are neighbours.
 *
 * @param layer {@link #NONE} for embedding and head
 * @param expert {@link #NONE} unless the kind is EXPERT
 */
public record ShardKey(ShardKind kind, int layer, int expert, Precision precision)
    implements Comparable<ShardKey> {
  /** Stands for an index that the kind does not have. */
  public static final int NONE = -1;

  private static final Comparator<ShardKey> ORDER =
      Comparator.comparing(ShardKey::kind)
          .thenComparingInt(ShardKey::layer)
          .thenComparingInt(ShardKey::expert)
          .thenComparing(ShardKey::precision);

  public ShardKey {
    requireNonNull(kind, "kind");
    requireNonNull(precision, "precision");
    boolean hasLayer = kind == ShardKind.LAYER || kind == ShardKind.EXPERT;
    if (hasLayer ? layer < 0 : layer != NONE) {
      throw new IllegalArgumentException(
          "layer is "
              + layer
              + " for a shard of kind "
              + kind
              + "\nMaybe set it for LAYER, EXPERT");
    }
    if (kind == ShardKind.EXPERT ? expert < 0 : expert != NONE) {
      throw new IllegalArgumentException(
          "expert is "
              + expert
              + " for a shard of kind "
              + kind
              + "\nMaybe set it for EXPERT only");
    }
  }

  /** True when both name the same weights, in whatever format. */
  public boolean sameWeights(ShardKey other) {
    return kind == other.kind && layer == other.layer && expert == other.expert;
  }

  @Override
  public int compareTo(ShardKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return switch (kind) {
      case EMBEDDING, HEAD -> name + " (" + precision + ")";
      case LAYER -> "layer " + layer + " (" + precision + ")";
      case EXPERT -> "expert " + expert + " of layer " + layer + " (" + precision + ")";
    };
  }
}
