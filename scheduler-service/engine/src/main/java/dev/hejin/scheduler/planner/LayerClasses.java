package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.model.LayerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Layers that take the same time when their experts are balanced, so that a model of 61 layers is
 * measured two or three times. Layers of a class differ in how evenly their experts are used; the
 * class counts as its layer whose tokens touch the fewest experts, which is never slower than any
 * of them. How many are touched is known on a geometric grid of token numbers and interpolated
 * between: it is concave in the tokens, so that the interpolated number is never the larger.
 */
final class LayerClasses {
  private static final int GRID = 4;
  private static final double EXACT = 1e-9;

  private final double[][] load;
  private final List<LayerSpec> example = new ArrayList<>();
  private final List<List<Integer>> members = new ArrayList<>();
  private final int[] classOf;
  private final TreeMap<Integer, double[]> leastTouched = new TreeMap<>();

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

  /** A layer of the first class with routed experts; null when there is none. */
  @Nullable LayerSpec firstMoe() {
    return example.stream().filter(LayerSpec::isMoe).findFirst().orElse(null);
  }

  /** A layer of a class. */
  LayerSpec example(int layerClass) {
    return example.get(layerClass);
  }

  /** Seconds of a layer of each class for one microbatch. */
  double[] seconds(StageCost cost, double tokens) {
    double[] touched = touched(tokens);
    double[] seconds = new double[example.size()];
    for (int c = 0; c < seconds.length; c++) {
      LayerSpec layer = example.get(c);
      seconds[c] = cost.layerSeconds(layer, expertSeconds(cost, layer, touched[c]));
    }
    return seconds;
  }

  /** As {@link StageCost#balancedExpertSeconds}, for a known number of touched experts. */
  static double expertSeconds(StageCost cost, LayerSpec layer, double touched) {
    if (!layer.isMoe()) {
      return 0;
    }
    double[] read = cost.expertReadSeconds(layer);
    double[] each = cost.expertTokenSeconds(layer);
    double speed = 0;
    for (int device = 0; device < each.length; device++) {
      speed += 1 / (touched * read[device] + cost.routedTokens(layer) * each[device]);
    }
    return 1 / speed;
  }

  /** Experts of a layer of each class that a microbatch needs, at least. */
  double[] touched(double tokens) {
    double position = GRID * Math.log(tokens) / Math.log(2);
    int below = (int) Math.floor(position + EXACT);
    double[] low = leastTouched.computeIfAbsent(below, this::least);
    if (Math.abs(position - below) < EXACT) {
      return low;
    }
    double[] high = leastTouched.computeIfAbsent(below + 1, this::least);
    double from = gridTokens(below);
    double part = (tokens - from) / (gridTokens(below + 1) - from);
    double[] touched = new double[low.length];
    Arrays.setAll(touched, c -> low[c] + part * (high[c] - low[c]));
    return touched;
  }

  private static double gridTokens(int position) {
    return Math.pow(2, (double) position / GRID);
  }

  /** Seconds of dispatch and combine of a layer of each class. */
  double[] exchangeSeconds(StageCost cost) {
    return example.stream().mapToDouble(cost::exchangeSeconds).toArray();
  }

  /** Layers of each class. */
  double[] sizes() {
    return members.stream().mapToDouble(List::size).toArray();
  }

  private double[] least(int position) {
    double tokens = gridTokens(position);
    double[] least = new double[example.size()];
    for (int c = 0; c < least.length; c++) {
      double routed = tokens * example.get(c).expertsPerToken();
      least[c] = Double.POSITIVE_INFINITY;
      for (int layer : members.get(c)) {
        double touched = 0;
        for (double share : load[layer]) {
          touched += StepCost.touched(share * routed);
        }
        least[c] = Math.min(least[c], touched);
      }
    }
    return least;
  }
}
