package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Improves a layout by seeded random changes that keep every chain whole: a layer moves between
 * stages, a device moves to another stage or to idleness or back, two devices change places, a
 * stage is split, two neighbours are merged. Changes that lower the score by no more than a margin
 * that shrinks to nothing are taken; the best layout seen is returned, so it can be stopped after
 * any step.
 */
final class LayoutSearch {
  private static final int MOVES = 6;
  private static final int REPAIRS = 200;

  private final StageProblem problem;
  private final Score score;
  private final Random random;
  private final int[] start;
  private final int[] end;
  private final List<Scored> way = new ArrayList<>();

  LayoutSearch(StageProblem problem, Score score, long seed) {
    this.problem = problem;
    this.score = score;
    random = new Random(seed);
    start = new int[problem.devices()];
    end = new int[problem.devices()];
  }

  /** A layout and its score. */
  record Scored(Layout layout, double score) {}

  /** The bests on the way of the last {@link #improve}, latest last. */
  List<Scored> way() {
    return way;
  }

  Scored score(Layout layout) {
    layout.intervals(start, end);
    return new Scored(layout, score.of(start, end));
  }

  /**
   * The best layout found.
   *
   * @param enough stop when this score is reached
   * @param margin share of the score that a change may cost at first
   */
  Scored improve(Scored first, int steps, double enough, double margin) {
    way.clear();
    way.add(first);
    Scored best = first;
    Scored current = first;
    for (int step = 0; step < steps && best.score < enough; step++) {
      Layout next = current.layout.copy();
      int changes = 1 + random.nextInt(2);
      for (int c = 0; c < changes; c++) {
        change(next);
      }
      if (!repair(next)) {
        continue;
      }
      Scored scored = score(next);
      double allowed = margin * (1 - (double) step / steps) * random.nextDouble();
      if (scored.score >= current.score * (1 - allowed)) {
        current = scored;
        if (scored.score > best.score) {
          best = scored;
          way.add(scored);
        }
      }
    }
    return best;
  }

  private void change(Layout layout) {
    List<Layout.Stage> chain = layout.chains.get(random.nextInt(layout.chains.size()));
    List<Layout.Stage> other = layout.chains.get(random.nextInt(layout.chains.size()));
    int a = random.nextInt(chain.size());
    Layout.Stage stage = chain.get(a);
    if (stage.devices.length == 0) {
      return; // Emptied by the change before.
    }
    switch (random.nextInt(MOVES)) {
      case 0 -> {
        stage.length++;
        chain.get(random.nextInt(chain.size())).length--;
      }
      case 1 -> other.get(random.nextInt(other.size())).add(taken(stage));
      case 2 -> {
        if (layout.idle.devices.length > 0 && random.nextInt(4) > 0) {
          stage.add(taken(layout.idle));
        } else {
          layout.idle.add(taken(stage));
        }
      }
      case 3 -> swap(stage, other.get(random.nextInt(other.size())));
      case 4 -> split(chain, a);
      default -> merge(chain, a);
    }
  }

  private int taken(Layout.Stage stage) {
    return stage.removeAt(random.nextInt(stage.devices.length));
  }

  private void swap(Layout.Stage a, Layout.Stage b) {
    if (a != b && b.devices.length > 0) {
      int i = random.nextInt(a.devices.length);
      int j = random.nextInt(b.devices.length);
      int device = a.devices[i];
      a.devices[i] = b.devices[j];
      b.devices[j] = device;
    }
  }

  private void split(List<Layout.Stage> chain, int at) {
    Layout.Stage stage = chain.get(at);
    if (stage.length < 2 || stage.devices.length < 2) {
      return;
    }
    Layout.Stage second = new Layout.Stage(1 + random.nextInt(stage.length - 1));
    stage.length -= second.length;
    int move = 1 + random.nextInt(stage.devices.length - 1);
    for (int i = 0; i < move; i++) {
      second.add(taken(stage));
    }
    chain.add(at + 1, second);
  }

  private void merge(List<Layout.Stage> chain, int at) {
    if (at + 1 < chain.size()) {
      Layout.Stage stage = chain.get(at);
      Layout.Stage second = chain.remove(at + 1);
      for (int device : second.devices) {
        stage.add(device);
      }
      stage.length += second.length;
    }
  }

  /** Drops stages without devices or layers, then makes each chain hold the model once. */
  private boolean repair(Layout layout) {
    for (List<Layout.Stage> chain : layout.chains) {
      List<Layout.Stage> kept = new ArrayList<>(chain.size());
      int held = 0;
      for (Layout.Stage stage : chain) {
        stage.length = Math.min(stage.length, most(stage));
        if (stage.devices.length > 0 && stage.length > 0) {
          kept.add(stage);
          held += stage.length;
        } else {
          for (int device : stage.devices) {
            layout.idle.add(device);
          }
        }
      }
      chain.clear();
      chain.addAll(kept);
      if (chain.isEmpty() || !fill(chain, problem.layers() - held)) {
        return false;
      }
    }
    return true;
  }

  private boolean fill(List<Layout.Stage> chain, int missing) {
    int left = missing;
    for (int i = 0; i < REPAIRS && left != 0; i++) {
      Layout.Stage stage = chain.get(random.nextInt(chain.size()));
      if (left > 0 && stage.length < most(stage)) {
        stage.length++;
        left--;
      } else if (left < 0 && stage.length > 1) {
        stage.length--;
        left++;
      }
    }
    return left == 0;
  }

  private int most(Layout.Stage stage) {
    int most = stage.devices.length == 0 ? 0 : Integer.MAX_VALUE;
    for (int device : stage.devices) {
      most = Math.min(most, problem.kind(device).maxLayers());
    }
    return most;
  }
}
