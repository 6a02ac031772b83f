package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.planner.PipelineShape.Prices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which pipelines, and how many of each, make best use of a pool, fractions allowed: a linear
 * program over all pipelines, solved by column generation (Gilmore and Gomory 1961). The program
 * prices devices and sequences; {@link PipelinePricing} finds the pipelines that are worth most at
 * these prices; they join the program.
 *
 * @param shapes found
 * @param count of each shape
 * @param tokensPerSecond of the fractional optimum over the shapes found
 */
record PipelineMix(List<PipelineShape> shapes, double[] count, double tokensPerSecond) {
  private static final double SMOOTHING = 0.5;
  private static final int ADDED = 8;

  /** Above 1: that all sequences are served comes before throughput. */
  private static final double FILL = 4;

  private static final int RATIO_STEPS = 4;

  /** Part of scarcity in prices where units decide. */
  private static final double SCARCITY = 0.1;

  /**
   * Searches.
   *
   * @param most devices of each kind
   * @param batchTokens sequences to serve, or that are at most in flight
   * @param bound that no layout exceeds, with prices to begin with
   * @param goal what is best
   * @param rounds of pricing
   */
  static PipelineMix search(
      StageMenu menu, int[] most, double batchTokens, UpperBound bound, MixGoal goal, int rounds) {
    Rows rows = new Rows(most, batchTokens, goal);
    Prices prices = rows.priced(bound.prices(), 0);
    List<PipelineShape> shapes = new ArrayList<>();
    PackingProgram program = new PackingProgram(new double[0], new double[0], 0);
    for (int kind = 0; rounds > 1 && kind < most.length; kind++) {
      int[] alone = new int[most.length];
      alone[kind] = most[kind];
      add(shapes, new PipelinePricing(menu, prices, alone, bound.tokensPerSecond(), goal));
    }
    double ratio = ratio(shapes, goal);
    for (int round = 0; round < rounds; round++) {
      if (!add(shapes, new PipelinePricing(menu, prices, most, bound.tokensPerSecond(), goal))) {
        break;
      }
      program = rows.program(shapes, ratio);
      prices = rows.priced(mixed(bound.prices(), program.price(), rows.fill(shapes)), ratio);
      ratio = rows.ratio(shapes, program, ratio);
    }
    return of(shapes, rows.program(shapes, ratio));
  }

  /** The best mix of shapes that are known. */
  static PipelineMix of(List<PipelineShape> shapes, int[] most, double batchTokens, MixGoal goal) {
    Rows rows = new Rows(most, batchTokens, goal);
    double ratio = ratio(shapes, goal);
    PackingProgram program = rows.program(shapes, ratio);
    for (int step = 0; step < RATIO_STEPS && goal.hasUnits() && !goal.hasDemand(); step++) {
      ratio = rows.ratio(shapes, program, ratio);
      program = rows.program(shapes, ratio);
    }
    return of(shapes, program);
  }

  /** Most tokens a second for a unit that a shape gives. */
  private static double ratio(List<PipelineShape> shapes, MixGoal goal) {
    return shapes.stream()
        .mapToDouble(shape -> shape.tokensPerSecond() / Math.max(1e-9, goal.units(shape)))
        .max()
        .orElse(0);
  }

  /**
   * The rows of the program: devices of each kind, sequences, demand. Units are paid for in tokens
   * a second: with a demand at less than they bring, else at the ratio of the mix found so far,
   * which leads to the best ratio (Dinkelbach 1967).
   */
  private record Rows(int[] most, double batchTokens, MixGoal goal) {
    PackingProgram program(List<PipelineShape> shapes, double ratio) {
      int kinds = most.length;
      double[] limit = new double[goal.hasDemand() ? kinds + 2 : kinds + 1];
      // A kind of which nothing is left is used by no shape.
      Arrays.setAll(limit, r -> Math.max(1e-6, r < kinds ? most[r] : batchTokens));
      if (goal.hasDemand()) {
        limit[kinds + 1] = Math.max(1e-6, goal.demand());
      }
      double fill = fill(shapes);
      double worst = worst(shapes);
      double[] gain = new double[shapes.size()];
      double[][] use = new double[gain.length][limit.length];
      for (int s = 0; s < gain.length; s++) {
        PipelineShape shape = shapes.get(s);
        double rate = shape.tokensPerSecond();
        gain[s] =
            goal.hasDemand()
                ? 2 * rate * worst - goal.units(shape)
                : rate + fill * shape.sequences() - ratio * goal.units(shape);
        int[] devices = shape.devices(kinds);
        for (int kind = 0; kind < kinds; kind++) {
          use[s][kind] = devices[kind];
        }
        use[s][kinds] = shape.sequences();
        if (goal.hasDemand()) {
          use[s][kinds + 1] = rate;
        }
      }
      return PackingProgram.solve(gain, use, limit);
    }

    /** Most units for a token a second that a shape costs. */
    private double worst(List<PipelineShape> shapes) {
      return shapes.stream()
          .mapToDouble(shape -> goal.units(shape) / shape.tokensPerSecond())
          .max()
          .orElse(1);
    }

    /** What the program is paid for each sequence, so that it serves all of them if it can. */
    double fill(List<PipelineShape> shapes) {
      return !goal.servesAll()
          ? 0
          : FILL
              * shapes.stream()
                  .mapToDouble(shape -> shape.tokensPerSecond() / shape.sequences())
                  .max()
                  .orElse(0);
    }

    double ratio(List<PipelineShape> shapes, PackingProgram program, double before) {
      double tokens = 0;
      double units = 0;
      for (int s = 0; s < program.x().length; s++) {
        tokens += program.x()[s] * shapes.get(s).tokensPerSecond();
        units += program.x()[s] * goal.units(shapes.get(s));
      }
      return goal.hasUnits() && units > 0 ? tokens / units : before;
    }

    /** Prices with what the units cost; with a demand, units are what is paid. */
    Prices priced(Prices prices, double ratio) {
      if (!goal.hasUnits()) {
        return prices;
      }
      double[] device = new double[most.length];
      double scale = 0;
      double units = 0;
      for (int kind = 0; kind < device.length; kind++) {
        scale += prices.device()[kind] * most[kind];
        units += goal.unit()[kind] * most[kind];
      }
      double each = goal.hasDemand() || ratio == 0 ? scale / Math.max(1e-12, units) : ratio;
      double kept = goal.hasDemand() ? SCARCITY : 1;
      for (int kind = 0; kind < device.length; kind++) {
        device[kind] = kept * prices.device()[kind] + each * goal.unit()[kind];
      }
      return new Prices(device, kept * prices.sequence());
    }
  }

  private static PipelineMix of(List<PipelineShape> shapes, PackingProgram program) {
    double[] count = Arrays.copyOf(program.x(), shapes.size());
    double tokensPerSecond = 0;
    for (int s = 0; s < count.length; s++) {
      tokensPerSecond += count[s] * shapes.get(s).tokensPerSecond();
    }
    return new PipelineMix(List.copyOf(shapes), count, tokensPerSecond);
  }

  /** Adds the few of highest ratio that are new, also filled up; false when none is. */
  private static boolean add(List<PipelineShape> shapes, PipelinePricing pricing) {
    int added = 0;
    for (PipelineShape shape : pricing.shapes()) {
      if (added < ADDED && !shapes.contains(shape)) {
        shapes.add(shape);
        added++;
        PipelineShape full = pricing.fullest(shape);
        if (full != null && !shapes.contains(full)) {
          shapes.add(full);
        }
      }
    }
    return added > 0;
  }

  /** Between the bound's prices and the program's, which jump about at first. */
  private static Prices mixed(Prices bound, double[] row, double fill) {
    double[] device = new double[bound.device().length];
    for (int kind = 0; kind < device.length; kind++) {
      device[kind] = SMOOTHING * bound.device()[kind] + (1 - SMOOTHING) * row[kind];
    }
    double sequence = Math.max(0, row[device.length] - fill);
    return new Prices(device, SMOOTHING * bound.sequence() + (1 - SMOOTHING) * sequence);
  }
}
