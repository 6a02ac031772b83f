package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Simple placements that a plan must not be worse than: equal parts as SWARM makes them (Ryabinin
 * et al. 2023), and full devices that join where they are needed most, as in Petals (Borzunov et
 * al. 2023).
 */
final class Baselines {
  private final StageProblem problem;

  Baselines(StageProblem problem) {
    this.problem = problem;
  }

  /**
   * Stages as long as the smallest device allows, each device to the stage of least rate. When
   * there are too few devices, stages as long as devices allow.
   */
  Layout equalParts() {
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < problem.devices(); i++) {
      least = Math.min(least, problem.kind(i).maxLayers());
    }
    int stages = (problem.layers() + least - 1) / least;
    if (stages > problem.devices()) {
      return anything();
    }
    Layout layout = new Layout();
    List<Layout.Stage> chain = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      chain.add(
          new Layout.Stage(problem.layers() * (s + 1) / stages - problem.layers() * s / stages));
    }
    double[] rates = new double[stages];
    for (int device : fastestFirst()) {
      int slowest = 0;
      for (int s = 1; s < stages; s++) {
        slowest = rates[s] < rates[slowest] ? s : slowest;
      }
      chain.get(slowest).add(device);
      rates[slowest] += problem.rate(device, chain.get(slowest).length);
    }
    layout.chains.add(chain);
    return layout;
  }

  /** One chain of the largest devices, the rest idle: exists whenever the model fits. */
  Layout anything() {
    Integer[] order = new Integer[problem.devices()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order, (a, b) -> Integer.compare(problem.kind(b).maxLayers(), problem.kind(a).maxLayers()));
    Layout layout = new Layout();
    List<Layout.Stage> chain = new ArrayList<>();
    int left = problem.layers();
    for (int device : order) {
      int length = Math.min(left, problem.kind(device).maxLayers());
      if (length > 0) {
        chain.add(new Layout.Stage(length, device));
        left -= length;
      } else {
        layout.idle.add(device);
      }
    }
    layout.chains.add(chain);
    return layout;
  }

  /** Chains of full devices in the order of the problem; the rest joins where rates are least. */
  Layout greedy() {
    Layout layout = new Layout();
    List<Layout.Stage> chain = new ArrayList<>();
    int held = 0;
    for (int i = 0; i < problem.devices(); i++) {
      int length = Math.min(problem.layers() - held, problem.kind(i).maxLayers());
      chain.add(new Layout.Stage(length, i));
      held += length;
      if (held == problem.layers()) {
        layout.chains.add(chain);
        chain = new ArrayList<>();
        held = 0;
      }
    }
    if (layout.chains.isEmpty()) {
      return anything();
    }
    for (Layout.Stage rest : chain) {
      join(layout, rest.devices[0]);
    }
    return layout;
  }

  private void join(Layout layout, int device) {
    Layout.Stage slowest = layout.idle;
    double least = Double.POSITIVE_INFINITY;
    for (List<Layout.Stage> chain : layout.chains) {
      for (Layout.Stage stage : chain) {
        double rate = 0;
        for (int member : stage.devices) {
          rate += problem.rate(member, stage.length);
        }
        if (stage.length <= problem.kind(device).maxLayers() && rate < least) {
          least = rate;
          slowest = stage;
        }
      }
    }
    slowest.add(device);
  }

  private List<Integer> fastestFirst() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < problem.devices(); i++) {
      order.add(i);
    }
    order.sort((a, b) -> Double.compare(problem.rate(b, 1), problem.rate(a, 1)));
    return order;
  }
}
