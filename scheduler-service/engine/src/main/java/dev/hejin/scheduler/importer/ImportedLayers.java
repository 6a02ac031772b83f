package dev.hejin.scheduler.importer;

import dev.hejin.scheduler.model.LayerSpec;
import java.util.List;

/**
 * What a family makes of a config.
 *
 * @param layers in order
 * @param extraParameters outside layers, embedding and head
 * @param predictionLayers multi-token prediction modules
 * @param assumptions in words
 */
record ImportedLayers(
    List<LayerSpec> layers, long extraParameters, int predictionLayers, List<String> assumptions) {
  ImportedLayers {
    layers = List.copyOf(layers);
    assumptions = List.copyOf(assumptions);
  }
}
