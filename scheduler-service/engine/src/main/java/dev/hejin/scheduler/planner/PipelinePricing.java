package dev.hejin.scheduler.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds pipelines that give most tokens a second for their price.
 *
 * <p>For a number of microbatch tokens t and a throughput r, every stage has t / r seconds. The
 * cheapest pipeline is then a shortest path over layers: from each layer, each kind of stage
 * reaches as far as its time and memory allow. Price is devices x their price + sequences in flight
 * (t for each stage) x theirs. Points (t, r) are tried on a coarse geometric grid first, then finer
 * around the best. The layers of each path are then divided anew so that its slowest stage takes
 * least.
 */
final class PipelinePricing {
  private static final int COARSE = 8;
  private static final int LEVEL_STEPS = 12;
  private static final double FASTER = 1.35;
  private static final int REFINED = 3;
  private static final int TRIALS = 4;
  private static final double LEAST_SHARE = 1e-4;

  private final StageMenu menu;
  private final PipelineShape.Prices prices;
  private final int[] most;
  private final double mostTokensPerSecond;
  private final MixGoal goal;

  /**
   * @param most devices of each kind that a pipeline may use
   * @param mostTokensPerSecond that any pipeline can reach
   * @param goal whose limits each pipeline keeps
   */
  PipelinePricing(
      StageMenu menu,
      PipelineShape.Prices prices,
      int[] most,
      double mostTokensPerSecond,
      MixGoal goal) {
    this.menu = menu;
    this.prices = prices;
    this.most = most.clone();
    this.mostTokensPerSecond = mostTokensPerSecond;
    this.goal = goal;
  }

  /** Pipelines that fit, best ratio of throughput to price first. */
  List<PipelineShape> shapes() {
    List<PipelineShape> shapes = new ArrayList<>();
    double high = mostTokensPerSecond;
    for (int position = menu.positions() - 1; position >= 0; position -= COARSE) {
      for (double rate = high; rate > high * LEAST_SHARE; rate /= FASTER) {
        add(shapes, shape(position, rate));
      }
    }
    sort(shapes);
    double factor = FASTER;
    for (int step = COARSE / 2; step >= 1; step /= 2) {
      factor = Math.sqrt(factor);
      for (PipelineShape best : List.copyOf(shapes.subList(0, Math.min(REFINED, shapes.size())))) {
        around(best, step, factor, shapes);
      }
      sort(shapes);
    }
    return shapes;
  }

  /** Points next to the one of a shape. */
  private void around(PipelineShape best, int step, double factor, List<PipelineShape> shapes) {
    int middle = menu.position(best.microbatchTokens());
    for (int position = middle - step; position <= middle + step; position += step) {
      if (position >= 0 && position < menu.positions()) {
        for (double rate : new double[] {1 / factor, 1, factor}) {
          add(shapes, shape(position, rate * best.tokensPerSecond()));
        }
      }
    }
  }

  private static void add(List<PipelineShape> shapes, @Nullable PipelineShape shape) {
    if (shape != null) {
      shapes.add(shape);
    }
  }

  private void sort(List<PipelineShape> shapes) {
    shapes.sort(Comparator.comparingDouble(s -> -s.tokensPerSecond() / s.cost(prices)));
  }

  /** The pipeline of a point, with what it gives by estimate; null when none fits. */
  private @Nullable PipelineShape shape(int position, double tokensPerSecond) {
    if (!menu.take()) {
      return null;
    }
    double[] factor = new double[most.length];
    Arrays.fill(factor, 1);
    for (int trial = 0; trial < TRIALS; trial++) {
      int stages = 1;
      Path path = path(position, tokensPerSecond, stages, factor);
      for (int pass = 0; pass < 4 && path != null && path.stages().size() > stages; pass++) {
        stages = path.stages().size();
        path = path(position, tokensPerSecond, stages, factor);
      }
      if (path == null || path.stages().size() > stages) {
        return null;
      }
      if (!dearer(path, factor)) {
        return measured(path.stages(), path.ends(), position);
      }
    }
    return null;
  }

  /** The pipeline of least price that reaches a rate; null when none does. */
  @Nullable PipelineShape cheapest(double tokensPerSecond) {
    PipelineShape best = null;
    for (int position = menu.positions() - 1; position >= 0; position--) {
      PipelineShape shape = shape(position, tokensPerSecond);
      if (shape != null
          && shape.tokensPerSecond() >= tokensPerSecond * (1 - 1e-9)
          && (best == null || shape.cost(prices) < best.cost(prices))) {
        best = shape;
      }
    }
    return best;
  }

  /** The same stages with as many sequences as their memory allows; null when those are no more. */
  @Nullable PipelineShape fullest(PipelineShape shape) {
    int low = menu.position(shape.microbatchTokens());
    int high = menu.positions();
    PipelineShape best = null;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      PipelineShape found = at(shape, middle);
      if (found == null) {
        high = middle;
      } else {
        low = middle;
        best = found;
      }
    }
    return best;
  }

  /** The same stages with ever more sequences, up to what their memory allows. */
  List<PipelineShape> filled(PipelineShape shape) {
    List<PipelineShape> filled = new ArrayList<>();
    for (int position = 0; position < menu.positions(); position++) {
      PipelineShape found = at(shape, position);
      if (found == null) {
        break;
      }
      filled.add(found);
    }
    return filled;
  }

  private @Nullable PipelineShape at(PipelineShape shape, int position) {
    List<StageKind> stages =
        shape.stages().stream().map(stage -> menu.stage(position, stage.form())).toList();
    int[] ends = ends(stages, position, workspaces(stages, position), Double.POSITIVE_INFINITY);
    return ends == null ? null : measured(stages, ends, position);
  }

  /** The shape with its layers divided evenly; null when it is beyond the limits. */
  private @Nullable PipelineShape measured(List<StageKind> stages, int[] fitting, int position) {
    double tokens = menu.tokens(position);
    if (stages.size() * tokens > menu.tokens(menu.positions() - 1)) {
      return null;
    }
    int[] ends = level(stages, fitting, position);
    double slowest = 0;
    List<PipelineShape.Stage> shape = new ArrayList<>();
    for (int s = 0; s < ends.length; s++) {
      StageKind stage = stages.get(s);
      slowest = Math.max(slowest, stage.seconds(s == 0 ? 0 : ends[s - 1], ends[s]));
      shape.add(new PipelineShape.Stage(stage.form(), ends[s]));
    }
    PipelineShape found = new PipelineShape(shape, tokens, tokens / slowest);
    return found.stepSeconds() <= goal.mostStepSeconds()
            && firstSeconds(stages, ends, tokens, slowest) <= goal.mostFirstSeconds()
        ? found
        : null;
  }

  private static double firstSeconds(
      List<StageKind> stages, int[] ends, double tokens, double slowest) {
    FirstToken first = new FirstToken(slowest);
    for (int s = 0; s < ends.length; s++) {
      int begin = s == 0 ? 0 : ends[s - 1];
      StageKind stage = stages.get(s);
      first.add(
          stage.seconds(begin, ends[s]),
          stage.passSeconds(begin, ends[s]),
          stage.passesForEach() * tokens);
    }
    return first.seconds();
  }

  /** Doubles the price of kinds of which a path takes too many; false when it takes none. */
  private boolean dearer(Path path, double[] factor) {
    int[] devices = new int[most.length];
    path.stages().forEach(stage -> stage.form().addTo(devices));
    boolean any = false;
    for (int kind = 0; kind < most.length; kind++) {
      if (devices[kind] > most[kind]) {
        factor[kind] *= 2;
        any = true;
      }
    }
    return any;
  }

  /** Divides the layers anew over the stages, so that the slowest takes least. */
  private int[] level(List<StageKind> stages, int[] fitting, int position) {
    int[] ends = fitting;
    double high = 0;
    for (int s = 0; s < ends.length; s++) {
      high = Math.max(high, stages.get(s).seconds(s == 0 ? 0 : ends[s - 1], ends[s]));
    }
    double low = high / 8;
    double[][] workspaces = workspaces(stages, position);
    for (int step = 0; step < LEVEL_STEPS; step++) {
      double limit = (low + high) / 2;
      int[] trial = ends(stages, position, workspaces, limit);
      if (trial == null) {
        low = limit;
      } else {
        high = limit;
        ends = trial;
      }
    }
    return ends;
  }

  private double[][] workspaces(List<StageKind> stages, int position) {
    return stages.stream()
        .map(stage -> menu.workspaceBytes(stage, position, stages.size()))
        .toArray(double[][]::new);
  }

  private int @Nullable [] ends(
      List<StageKind> stages, int position, double[][] workspaces, double limit) {
    int[] ends = new int[stages.size()];
    double sequences = menu.tokens(position) * ends.length;
    int begin = 0;
    for (int s = 0; s < ends.length; s++) {
      StageKind stage = stages.get(s);
      int furthest = menu.layers() - (ends.length - 1 - s);
      int reach = StageReach.end(stage, begin, 0, limit, sequences, workspaces[s], menu.layers());
      int end = Math.min(furthest, reach);
      if (end == begin || (s == ends.length - 1 && end < menu.layers())) {
        return null;
      }
      ends[s] = end;
      begin = end;
    }
    return ends;
  }

  /** A way through the layers: stages and where they end. */
  private record Path(List<StageKind> stages, int[] ends) {}

  /**
   * The cheapest way through all layers; null when there is none.
   *
   * @param position of the stages' microbatch tokens
   * @param tokensPerSecond that each stage must reach
   * @param count microbatches whose cache each device holds
   * @param factor on the price of each kind
   */
  private @Nullable Path path(int position, double tokensPerSecond, int count, double[] factor) {
    List<StageKind> stages = menu.stages(position);
    double tokens = menu.tokens(position);
    double[] price = new double[stages.size()];
    double[] device = new double[factor.length];
    Arrays.setAll(device, kind -> prices.device()[kind] * factor[kind]);
    for (int s = 0; s < price.length; s++) {
      StageForm form = stages.get(s).form();
      price[s] =
          form.isWithin(most)
              ? form.cost(device) + prices.sequence() * tokens
              : Double.POSITIVE_INFINITY;
    }
    int layers = menu.layers();
    double[] least = new double[layers + 1];
    int[] from = new int[layers + 1];
    int[] by = new int[layers + 1];
    Arrays.fill(least, 1, layers + 1, Double.POSITIVE_INFINITY);
    StageReach reach = menu.reach(position, tokens / tokensPerSecond, count);
    for (int begin = 0; begin < layers; begin++) {
      if (Double.isInfinite(least[begin])) {
        return null;
      }
      for (int s = 0; s < price.length; s++) {
        double value = least[begin] + price[s];
        if (Double.isInfinite(value)) {
          continue;
        }
        for (int end = reach.end(s, begin); end > begin && value < least[end]; end--) {
          least[end] = value;
          from[end] = begin;
          by[end] = s;
        }
      }
    }
    return Double.isInfinite(least[layers]) ? null : path(stages, from, by);
  }

  private static Path path(List<StageKind> stages, int[] from, int[] by) {
    List<StageKind> chosen = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (int end = from.length - 1; end > 0; end = from[end]) {
      chosen.add(stages.get(by[end]));
      ends.add(end);
    }
    Collections.reverse(chosen);
    Collections.reverse(ends);
    return new Path(chosen, ends.stream().mapToInt(Integer::intValue).toArray());
  }
}
