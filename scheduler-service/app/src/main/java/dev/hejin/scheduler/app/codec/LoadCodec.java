package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.LayerLoad;
import dev.hejin.scheduler.model.ModelSpec;

/** Expert loads. */
public final class LoadCodec {
  private LoadCodec() {}

  /** The load, uniform when the message names no layer. */
  public static dev.hejin.scheduler.model.ExpertLoad fromProto(
      String field, ModelSpec model, ExpertLoad load) {
    if (load.getLayersCount() == 0) {
      return dev.hejin.scheduler.model.ExpertLoad.uniform(model);
    }
    double[][] counts = new double[load.getLayersCount()][];
    for (int layer = 0; layer < counts.length; layer++) {
      counts[layer] =
          load.getLayers(layer).getTokensList().stream().mapToDouble(Double::doubleValue).toArray();
    }
    try {
      return dev.hejin.scheduler.model.ExpertLoad.of(model, counts);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(field, String.valueOf(e.getMessage()));
    }
  }

  /** The load as shares. */
  public static ExpertLoad toProto(dev.hejin.scheduler.model.ExpertLoad load) {
    ExpertLoad.Builder builder = ExpertLoad.newBuilder();
    for (int layer = 0; layer < load.layers(); layer++) {
      LayerLoad.Builder row = LayerLoad.newBuilder();
      for (double share : load.layer(layer)) {
        row.addTokens(share);
      }
      builder.addLayers(row);
    }
    return builder.build();
  }
}
