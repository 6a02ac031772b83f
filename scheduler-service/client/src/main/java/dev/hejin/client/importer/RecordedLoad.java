package dev.hejin.client.importer;

import java.util.Arrays;

/**
 * Loads that an engine recorded, summed over steps and ranks.
 *
 * @param weights layers x experts, tokens; from the first layer with load on
 * @param firstMoeLayer layers without load before it: the dense layers of the model
 */
public record RecordedLoad(double[][] weights, int firstMoeLayer) {
  /** Drops leading layers without load; keeps all when none has any. */
  static RecordedLoad of(double[][] layers, int offset) {
    int first = 0;
    while (first < layers.length && Arrays.stream(layers[first]).allMatch(w -> w == 0)) {
      first++;
    }
    if (first == layers.length) {
      first = 0;
    }
    return new RecordedLoad(Arrays.copyOfRange(layers, first, layers.length), first + offset);
  }
}
