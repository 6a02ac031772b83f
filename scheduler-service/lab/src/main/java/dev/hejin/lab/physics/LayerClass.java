package dev.hejin.lab.physics;

import dev.hejin.scheduler.model.AttentionKind;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers of a stage that are alike but for their experts.
 *
 * @param layer one of them
 * @param count how many
 */
record LayerClass(LayerSpec layer, int count) {
  /**
   * Latent attention over a prompt is not absorbed: (128 + 64 + 128) of (2 x 512 + 64) products.
   */
  private static final double PLAIN_OF_ABSORBED = 320.0 / 1088;

  static List<LayerClass> of(ModelSpec model, int first, int end) {
    List<LayerClass> classes = new ArrayList<>();
    for (LayerSpec layer : model.layers().subList(first, end)) {
      int same = -1;
      for (int i = 0; i < classes.size(); i++) {
        LayerSpec other = classes.get(i).layer();
        if (other.attention().equals(layer.attention())
            && other.baseParameters() == layer.baseParameters()) {
          same = i;
        }
      }
      if (same < 0) {
        classes.add(new LayerClass(layer, 1));
      } else {
        classes.set(same, new LayerClass(classes.get(same).layer(), classes.get(same).count() + 1));
      }
    }
    return classes;
  }

  /** Operations for each pair of a prompt's token and one that it looks at. */
  double promptOperations() {
    double plain = layer.attention().kind() == AttentionKind.MLA ? PLAIN_OF_ABSORBED : 1;
    return layer.attention().flopsPerContextToken() * plain;
  }

  /** Part of the pairs that attention really looks at, by its window. */
  double seen(double pairs, double tokens) {
    double context = tokens > 0 ? pairs / tokens : 0;
    return context > layer.attention().windowTokens()
        ? layer.attention().windowTokens() / context
        : 1;
  }
}
