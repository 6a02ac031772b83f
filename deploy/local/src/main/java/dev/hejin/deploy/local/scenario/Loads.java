package dev.hejin.deploy.local.scenario;

import dev.hejin.agent.simulation.TrueLoad;
import dev.hejin.catalog.load.ExpertLoad;
import dev.hejin.catalog.load.ExpertLoadFile;
import dev.hejin.catalog.load.SyntheticExpertLoad;
import dev.hejin.catalog.scenario.ExpertLoadSource;
import dev.hejin.client.CatalogFiles;
import dev.hejin.client.CommandFailure;
import dev.hejin.proto.deployment.v1.LayerLoad;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How traffic spreads over the experts of one model. */
public final class Loads {
  private Loads() {}

  /** Loads as messages; null for a model without experts. */
  public static dev.hejin.proto.deployment.v1.@Nullable ExpertLoad of(
      ModelSpec model, ExpertLoadSource source) {
    if (!model.isMoe()) {
      return null;
    }
    ExpertLoad load =
        CatalogFiles.checked(
            () ->
                switch (source) {
                  case ExpertLoadSource.Synthetic synthetic ->
                      SyntheticExpertLoad.generate(
                          model.layers().size(),
                          0,
                          experts(model),
                          synthetic.seed(),
                          synthetic.skew());
                  case ExpertLoadSource.Recorded recorded ->
                      ExpertLoadFile.read(recorded.path(), layer -> isMoe(model, layer));
                });
    if (load.layers() != model.layers().size() || load.experts() != experts(model)) {
      throw CommandFailure.usage(
          load.source()
              + ": "
              + load.layers()
              + " layers of "
              + load.experts()
              + " experts, model "
              + model.name()
              + " has "
              + model.layers().size()
              + " of "
              + experts(model)
              + "\nMaybe the load was recorded on another model.");
    }
    return message(model, load);
  }

  /** The load as the simulation takes it; a model without experts has none. */
  public static TrueLoad trueLoad(dev.hejin.proto.deployment.v1.ExpertLoad load) {
    return TrueLoad.of(
        load.getLayersList().stream().map(layer -> List.copyOf(layer.getTokensList())).toList());
  }

  private static dev.hejin.proto.deployment.v1.ExpertLoad message(
      ModelSpec model, ExpertLoad load) {
    var message = dev.hejin.proto.deployment.v1.ExpertLoad.newBuilder();
    for (LayerSpec layer : model.layers()) {
      LayerLoad.Builder tokens = LayerLoad.newBuilder();
      for (int expert = 0; expert < layer.routedExperts(); expert++) {
        tokens.addTokens(load.tokens(layer.index(), expert));
      }
      message.addLayers(tokens);
    }
    return message.build();
  }

  private static boolean isMoe(ModelSpec model, int layer) {
    return layer < model.layers().size() && model.layers().get(layer).isMoe();
  }

  private static int experts(ModelSpec model) {
    return model.layers().stream().mapToInt(LayerSpec::routedExperts).max().orElse(0);
  }
}
