package dev.hejin.lab.control;

import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.StageSpec;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.physics.WorldLaws;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.LayerRoute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is really served, made of the routes of the devices that are there: layers whose attention
 * is on the same devices are one stage. Shares of an expert are divided among its live replicas, as
 * senders do while routes change. Stages and layers that did not change are kept.
 */
final class ActiveLayout {
  private final ModelSpec model;
  private final TruePool pool;
  private final WorldLaws laws;
  private List<StagePhysics> stages = List.of();
  private List<List<String>> layerKeys = List.of();
  private List<String> stageKeys = List.of();
  private int unserved;

  ActiveLayout(ModelSpec model, TruePool pool, WorldLaws laws) {
    this.model = model;
    this.pool = pool;
    this.laws = laws;
  }

  List<StagePhysics> stages() {
    return stages;
  }

  /** Layers or experts that no device serves: nothing is served then. */
  int unserved() {
    return unserved;
  }

  /** One device's part in a layer. */
  private record Part(int device, LayerRoute route) {}

  /**
   * Takes routes and loads as they are now.
   *
   * @param placement tells formats of weights
   * @param share of each layer's experts
   * @param isNewLoad whether the load changed, so that every layer is to be made anew
   */
  void update(Holdings holdings, Placement placement, double[][] share, boolean isNewLoad) {
    List<List<Part>> parts = new ArrayList<>();
    for (int layer = 0; layer < model.layers().size(); layer++) {
      parts.add(new ArrayList<>());
    }
    for (DeviceBook book : holdings.books()) {
      if (!pool.isLost(book.number)) {
        for (Map.Entry<Integer, LayerRoute> entry : book.active.entrySet()) {
          if (!entry.getValue().isEmpty()) {
            parts.get(entry.getKey()).add(new Part(book.number, entry.getValue()));
          }
        }
      }
    }
    unserved = 0;
    List<StagePhysics> next = new ArrayList<>();
    List<String> nextStageKeys = new ArrayList<>();
    List<List<String>> nextLayerKeys = new ArrayList<>();
    int first = 0;
    while (first < parts.size()) {
      int end = first + 1;
      BitSet devices = attention(parts.get(first));
      while (end < parts.size() && attention(parts.get(end)).equals(devices)) {
        end++;
      }
      stage(placement, parts, share, isNewLoad, first, end, next, nextStageKeys, nextLayerKeys);
      first = end;
    }
    if (unserved == 0) {
      stages = next;
      stageKeys = nextStageKeys;
      layerKeys = nextLayerKeys;
      stages.forEach(StagePhysics::refresh);
    } else {
      // What was made in part is made anew when all is served again.
      stageKeys = List.of();
    }
  }

  private static BitSet attention(List<Part> parts) {
    BitSet devices = new BitSet();
    for (Part part : parts) {
      if (part.route().tokenShare() > 0) {
        devices.set(part.device());
      }
    }
    return devices;
  }

  private void stage(
      Placement placement,
      List<List<Part>> parts,
      double[][] share,
      boolean isNewLoad,
      int first,
      int end,
      List<StagePhysics> next,
      List<String> nextStageKeys,
      List<List<String>> nextLayerKeys) {
    BitSet members = new BitSet();
    for (int layer = first; layer < end; layer++) {
      parts.get(layer).forEach(part -> members.set(part.device()));
    }
    int[] devices = members.stream().toArray();
    int[] local = new int[pool.devices()];
    for (int d = 0; d < devices.length; d++) {
      local[devices[d]] = d;
    }
    double[] tokenShare = tokenShare(parts.get(first), local, devices.length);
    if (tokenShare.length == 0) {
      unserved += end - first;
      return;
    }
    StagePlacement formats = placement.stageOf(first);
    String key =
        first
            + "-"
            + end
            + " "
            + formats.precision()
            + formats.expertPrecision()
            + Arrays.toString(devices)
            + Arrays.toString(tokenShare);
    int known = stageKeys.indexOf(key);
    StagePhysics stage =
        known >= 0
            ? stages.get(known)
            : new StagePhysics(
                pool,
                new StageSpec(
                    model,
                    devices,
                    first,
                    end,
                    formats.precision(),
                    formats.expertPrecision(),
                    end == model.layers().size()),
                laws,
                tokenShare);
    List<String> keys = new ArrayList<>();
    for (int layer = first; layer < end; layer++) {
      String before = known >= 0 && !isNewLoad ? layerKeys.get(known).get(layer - first) : "";
      keys.add(experts(stage, layer, parts.get(layer), local, share[layer], before));
    }
    next.add(stage);
    nextStageKeys.add(key);
    nextLayerKeys.add(keys);
  }

  /** Shares of a stage's tokens; empty when no device takes any. */
  private static double[] tokenShare(List<Part> parts, int[] local, int devices) {
    double[] share = new double[devices];
    double sum = 0;
    for (Part part : parts) {
      share[local[part.device()]] = part.route().tokenShare();
      sum += part.route().tokenShare();
    }
    for (int d = 0; d < devices; d++) {
      share[d] /= sum;
    }
    return sum > 0 ? share : new double[0];
  }

  /** Sets a layer's experts where they changed; returns what identifies them. */
  private String experts(
      StagePhysics stage, int layer, List<Part> parts, int[] local, double[] share, String before) {
    if (!model.layers().get(layer).isMoe()) {
      return "";
    }
    double[] sum = new double[share.length];
    int[] replicas = new int[share.length];
    int slots = 0;
    StringBuilder key = new StringBuilder();
    for (Part part : parts) {
      // Routes are immutable and replaced when they change: who they are tells whether they did.
      key.append(part.device()).append(':').append(part.route().hashCode()).append(' ');
      for (Map.Entry<Integer, Double> expert : part.route().experts().entrySet()) {
        sum[expert.getKey()] += expert.getValue();
        replicas[expert.getKey()]++;
        slots++;
      }
    }
    for (int e = 0; e < share.length; e++) {
      unserved += replicas[e] == 0 ? 1 : 0;
    }
    String now = key.toString();
    if (now.equals(before)) {
      return now;
    }
    int[] device = new int[slots];
    double[] part = new double[slots];
    int slot = 0;
    TreeMap<Integer, LayerRoute> sorted = new TreeMap<>();
    parts.forEach(one -> sorted.put(one.device(), one.route()));
    for (Map.Entry<Integer, LayerRoute> one : sorted.entrySet()) {
      for (Map.Entry<Integer, Double> expert : one.getValue().experts().entrySet()) {
        int e = expert.getKey();
        device[slot] = local[one.getKey()];
        part[slot] = share[e] * (sum[e] > 0 ? expert.getValue() / sum[e] : 1.0 / replicas[e]);
        slot++;
      }
    }
    stage.setExperts(layer, device, part);
    return now;
  }
}
