package dev.hejin.deploy.local.truth;

import dev.hejin.proto.agent.v1.DeviceState;
import dev.hejin.proto.agent.v1.LayerRoute;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * What simulated devices really reach together.
 *
 * <p>Devices that serve a layer in common form a stage. A stage takes the slowest attention, the
 * slowest experts and the slowest rest of its devices, because each part waits for all; the
 * pipeline lets a microbatch through in the time of its slowest stage. While devices pass from one
 * plan to the next, two stages may look like one; figures of such moments are rough.
 *
 * @param tokensPerSecond over the deployment; 0 when a layer or an expert is not served
 * @param stageSeconds of one microbatch, by first layer
 * @param balance mean device time / slowest device time, mean over stages; 1 is perfect
 * @param imbalance slowest device time / mean device time of the worst stage
 */
public record TrueThroughput(
    double tokensPerSecond, List<Double> stageSeconds, double balance, double imbalance) {
  /** Nothing is served. */
  public static final TrueThroughput NONE = new TrueThroughput(0, List.of(), 0, 0);

  public TrueThroughput {
    stageSeconds = List.copyOf(stageSeconds);
  }

  /**
   * Measures one look at the devices.
   *
   * @param complete whether every layer and expert is served
   */
  public static TrueThroughput of(
      ServedModel model, List<SimulatedDevice> devices, boolean complete) {
    int[] stageOf = new int[model.layers()];
    Arrays.setAll(stageOf, layer -> layer);
    List<SimulatedDevice> serving = new ArrayList<>();
    List<Integer> firstLayers = new ArrayList<>();
    for (SimulatedDevice device : devices) {
      int first = join(model, device, stageOf);
      if (first >= 0) {
        serving.add(device);
        firstLayers.add(first);
      }
    }
    TreeMap<Integer, Stage> stages = new TreeMap<>();
    for (int i = 0; i < serving.size(); i++) {
      stages
          .computeIfAbsent(find(stageOf, firstLayers.get(i)), layer -> new Stage())
          .add(serving.get(i));
    }
    if (stages.isEmpty()) {
      return NONE;
    }
    List<Double> seconds = stages.values().stream().map(Stage::seconds).toList();
    double slowest = seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    int microbatch = Math.ceilDiv(model.batchTokens(), stages.size());
    return new TrueThroughput(
        complete && slowest > 0 ? microbatch / slowest : 0,
        seconds,
        stages.values().stream().mapToDouble(Stage::balance).average().orElse(0),
        stages.values().stream().mapToDouble(s -> 1 / s.balance()).max().orElse(0));
  }

  /** Joins the layers that a device serves; returns the first of them, or -1. */
  private static int join(ServedModel model, SimulatedDevice device, int[] stageOf) {
    int first = -1;
    for (DeviceState state : device.getStatesList()) {
      if (!state.getDeploymentId().equals(model.deployment())) {
        continue;
      }
      for (LayerRoute route : state.getRoutesList()) {
        boolean serves = route.getTokenShare() > 0 || route.getExpertsCount() > 0;
        if (!serves || route.getLayer() >= stageOf.length) {
          continue;
        }
        if (first < 0) {
          first = route.getLayer();
        } else {
          int one = find(stageOf, first);
          int other = find(stageOf, route.getLayer());
          stageOf[Math.max(one, other)] = Math.min(one, other);
        }
      }
    }
    return first;
  }

  private static int find(int[] stageOf, int layer) {
    int root = layer;
    while (stageOf[root] != root) {
      root = stageOf[root];
    }
    return root;
  }

  private static final class Stage {
    private double attention;
    private double expert;
    private double other;
    private double slowest;
    private double sum;
    private int devices;

    void add(SimulatedDevice device) {
      attention = Math.max(attention, device.getAttentionSeconds());
      expert = Math.max(expert, device.getExpertSeconds());
      other = Math.max(other, device.getOtherSeconds());
      double own =
          device.getAttentionSeconds() + device.getExpertSeconds() + device.getOtherSeconds();
      slowest = Math.max(slowest, own);
      sum += own;
      devices++;
    }

    double seconds() {
      return attention + expert + other;
    }

    double balance() {
      return slowest > 0 ? sum / devices / slowest : 1;
    }
  }
}
