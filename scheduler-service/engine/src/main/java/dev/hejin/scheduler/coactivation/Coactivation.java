package dev.hejin.scheduler.coactivation;

import dev.hejin.scheduler.balance.InvalidProblemException;
import java.util.Arrays;

/**
 * How many tokens use two experts together: both in one layer, or one in a layer and the other in
 * the next. Sparse and immutable; each pair is kept from both ends. Experts are numbered over all
 * layers: layer x experts + expert.
 */
public final class Coactivation {
  private final int layers;
  private final int experts;
  private final int[] first;
  private final int[] other;
  private final double[] tokens;

  private Coactivation(Builder from) {
    layers = from.layers;
    experts = from.experts;
    first = new int[layers * experts + 1];
    for (int i = 0; i < from.size; i++) {
      first[from.a[i] + 1]++;
      first[from.b[i] + 1]++;
    }
    for (int e = 0; e < layers * experts; e++) {
      first[e + 1] += first[e];
    }
    int[] next = first.clone();
    other = new int[2 * from.size];
    tokens = new double[2 * from.size];
    for (int i = 0; i < from.size; i++) {
      put(next[from.a[i]]++, from.b[i], from.tokens[i]);
      put(next[from.b[i]]++, from.a[i], from.tokens[i]);
    }
  }

  private void put(int at, int neighbour, double weight) {
    other[at] = neighbour;
    tokens[at] = weight;
  }

  int layers() {
    return layers;
  }

  int experts() {
    return experts;
  }

  /** First entry of an expert; those of expert e end where those of e + 1 begin. */
  int first(int expert) {
    return first[expert];
  }

  /** The other expert of an entry. */
  int other(int entry) {
    return other[entry];
  }

  /** Tokens that use both. */
  double tokens(int entry) {
    return tokens[entry];
  }

  /** Collects pairs. */
  public static final class Builder {
    private static final int MAX_CELLS = 1 << 24;

    private final int layers;
    private final int experts;
    private int[] a = new int[64];
    private int[] b = new int[64];
    private double[] tokens = new double[64];
    private int size;

    /** Starts the pairs of a model with so many MoE layers of so many experts. */
    public Builder(int layers, int experts) {
      if ((long) layers * experts > MAX_CELLS) {
        throw new InvalidProblemException(
            "layers x experts", layers + " x " + experts, "over " + MAX_CELLS, "check the shape");
      }
      this.layers = layers;
      this.experts = experts;
    }

    /**
     * Adds tokens that use {@code expert} of {@code layer} and {@code otherExpert} of {@code
     * otherLayer}, which is the same layer or the next. Pairs given twice add up.
     *
     * @throws InvalidProblemException naming field, value and likely fix
     */
    public Builder add(int layer, int expert, int otherLayer, int otherExpert, double pairTokens) {
      number("coactivation layer", layer, layers);
      number("coactivation layer", otherLayer, layers);
      number("coactivation expert", expert, experts);
      number("coactivation expert", otherExpert, experts);
      if (otherLayer != layer && otherLayer != layer + 1) {
        throw new InvalidProblemException(
            "coactivation layers",
            layer + " and " + otherLayer,
            "neither one layer nor successive layers",
            "name the earlier layer first");
      }
      if (otherLayer == layer && expert == otherExpert) {
        throw new InvalidProblemException(
            "coactivation experts",
            layer + "/" + expert,
            "an expert with itself",
            "leave the diagonal out");
      }
      if (!(pairTokens >= 0 && pairTokens < Double.POSITIVE_INFINITY)) {
        throw new InvalidProblemException(
            "coactivation tokens",
            String.valueOf(pairTokens),
            "a count is a finite number from 0 up",
            "leave the pair out");
      }
      if (size == a.length) {
        a = Arrays.copyOf(a, 2 * size);
        b = Arrays.copyOf(b, 2 * size);
        tokens = Arrays.copyOf(tokens, 2 * size);
      }
      a[size] = layer * experts + expert;
      b[size] = otherLayer * experts + otherExpert;
      tokens[size++] = pairTokens;
      return this;
    }

    private static void number(String field, int value, int limit) {
      if (value < 0 || value >= limit) {
        throw new InvalidProblemException(
            field, String.valueOf(value), "not from 0 to " + (limit - 1), "count from 0");
      }
    }

    /** The pairs. */
    public Coactivation build() {
      return new Coactivation(this);
    }
  }
}
