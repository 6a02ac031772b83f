package dev.hejin.deploy.local.truth;

import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.BitSet;
import java.util.List;

/**
 * Layers and experts that no live device serves at one moment.
 *
 * <p>Devices are asked one process after the other. An expert that moves in between can look
 * unserved in one look; it is unserved when two looks, one right after the other, both miss it: see
 * {@link #and}.
 */
public final class Coverage {
  private final BitSet layers;
  private final BitSet experts;

  private Coverage(BitSet layers, BitSet experts) {
    this.layers = layers;
    this.experts = experts;
  }

  /** What is missing in one look at the live devices. */
  public static Coverage missing(ServedModel model, List<SimulatedDevice> devices) {
    int[] first = new int[model.layers() + 1];
    for (int layer = 0; layer < model.layers(); layer++) {
      first[layer + 1] = first[layer] + model.experts().get(layer);
    }
    BitSet layers = new BitSet();
    layers.set(0, model.layers());
    BitSet experts = new BitSet();
    experts.set(0, first[model.layers()]);
    for (SimulatedDevice device : devices) {
      for (DeviceState state : device.getStatesList()) {
        if (!state.getDeploymentId().equals(model.deployment())) {
          continue;
        }
        for (LayerRoute route : state.getRoutesList()) {
          int layer = route.getLayer();
          if (layer >= model.layers()) {
            continue;
          }
          if (route.getTokenShare() > 0) {
            layers.clear(layer);
          }
          for (int i = 0; i < route.getExpertsCount(); i++) {
            if (i < route.getExpertSharesCount()
                && route.getExpertShares(i) > 0
                && route.getExperts(i) < model.experts().get(layer)) {
              experts.clear(first[layer] + route.getExperts(i));
            }
          }
        }
      }
    }
    return new Coverage(layers, experts);
  }

  /** What both looks miss. */
  public Coverage and(Coverage other) {
    BitSet bothLayers = (BitSet) layers.clone();
    bothLayers.and(other.layers);
    BitSet bothExperts = (BitSet) experts.clone();
    bothExperts.and(other.experts);
    return new Coverage(bothLayers, bothExperts);
  }

  public int missingLayers() {
    return layers.cardinality();
  }

  public int missingExperts() {
    return experts.cardinality();
  }

  public boolean isComplete() {
    return layers.isEmpty() && experts.isEmpty();
  }
}
