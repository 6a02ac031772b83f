package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Layers that take the same time when their experts are balanced, so that a model of 61 layers is
 * measured two or three times. Layers of a class differ in how evenly their experts are used; the
 * class counts as its layer whose tokens touch the fewest experts, which is never slower than any
 * of them.
 */
final class LayerClasses {
  private final double[][] load;
  private final List<LayerSpec> example = new ArrayList<>();
  private final List<List<Integer>> members = new ArrayList<>();
  private final int[] classOf;
  private final TreeMap<Double, int[]> leastTouched = new TreeMap<>();

  LayerClasses(List<LayerSpec> layers, double[][] load) {
    this.load = load;
    this.classOf = new int[layers.size()];
    for (LayerSpec layer : layers) {
      int found = 0;
      while (found < example.size() && !alike(example.get(found), layer)) {
        found++;
      }
      if (found == example.size()) {
        example.add(layer);
        members.add(new ArrayList<>());
      }
      members.get(found).add(layer.index());
      classOf[layer.index()] = found;
    }
  }

  private static boolean alike(LayerSpec a, LayerSpec b) {
    return StageTable.alike(a, b) && a.routedExperts() == b.routedExperts();
  }

  int of(int layer) {
    return classOf[layer];
  }

  /** Seconds of a layer of each class for one microbatch. */
  double[] seconds(StageCost cost, double tokens) {
    int[] least = leastTouched.computeIfAbsent(tokens, key -> least(cost));
    double[] seconds = new double[example.size()];
    for (int c = 0; c < seconds.length; c++) {
      LayerSpec layer = example.get(c);
      seconds[c] = cost.layerSeconds(layer, cost.balancedExpertSeconds(layer, load[least[c]]));
    }
    return seconds;
  }

  /** Seconds of dispatch and combine of a layer of each class. */
  double[] exchangeSeconds(StageCost cost) {
    return example.stream().mapToDouble(cost::exchangeSeconds).toArray();
  }

  /** Layers of each class. */
  double[] sizes() {
    return members.stream().mapToDouble(List::size).toArray();
  }

  private int[] least(StageCost cost) {
    int[] least = new int[example.size()];
    for (int c = 0; c < least.length; c++) {
      double fewest = Double.POSITIVE_INFINITY;
      for (int layer : members.get(c)) {
        double touched = cost.touched(example.get(c), load[layer]);
        if (touched < fewest) {
          fewest = touched;
          least[c] = layer;
        }
      }
    }
    return least;
  }
}
