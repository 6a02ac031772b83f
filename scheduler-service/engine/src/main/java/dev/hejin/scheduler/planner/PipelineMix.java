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

  /**
   * Searches.
   *
   * @param most devices of each kind
   * @param batchTokens sequences to serve
   * @param bound that no layout exceeds, with prices to begin with
   * @param mostStepSeconds limit of the time between two tokens of a sequence; infinite for none
   * @param rounds of pricing
   */
  static PipelineMix search(
      StageMenu menu,
      int[] most,
      double batchTokens,
      UpperBound bound,
      double mostStepSeconds,
      int rounds) {
    double[] limit = Arrays.stream(Arrays.copyOf(most, most.length + 1)).asDoubleStream().toArray();
    limit[most.length] = batchTokens;
    Prices prices = bound.prices();
    List<PipelineShape> shapes = new ArrayList<>();
    PackingProgram program = new PackingProgram(new double[0], new double[0], 0);
    for (int kind = 0; rounds > 1 && kind < most.length; kind++) {
      int[] alone = new int[most.length];
      alone[kind] = most[kind];
      add(
          shapes,
          new PipelinePricing(menu, prices, alone, bound.tokensPerSecond(), mostStepSeconds));
    }
    for (int round = 0; round < rounds; round++) {
      PipelinePricing pricing =
          new PipelinePricing(menu, prices, most, bound.tokensPerSecond(), mostStepSeconds);
      if (!add(shapes, pricing)) {
        break;
      }
      program = program(shapes, limit);
      prices = mixed(bound.prices(), program.price(), fill(shapes));
    }
    return of(shapes, program);
  }

  /** The best mix of shapes that are known. */
  static PipelineMix of(List<PipelineShape> shapes, int[] most, double batchTokens) {
    double[] limit = Arrays.stream(Arrays.copyOf(most, most.length + 1)).asDoubleStream().toArray();
    limit[most.length] = batchTokens;
    return of(shapes, program(shapes, limit));
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

  private static PackingProgram program(List<PipelineShape> shapes, double[] limit) {
    double fill = fill(shapes);
    double[] gain = new double[shapes.size()];
    Arrays.setAll(gain, s -> shapes.get(s).tokensPerSecond() + fill * shapes.get(s).sequences());
    double[][] use = new double[gain.length][];
    for (int s = 0; s < gain.length; s++) {
      int[] devices = shapes.get(s).devices(limit.length - 1);
      use[s] = new double[limit.length];
      Arrays.setAll(use[s], r -> r < devices.length ? devices[r] : 0);
      use[s][limit.length - 1] = shapes.get(s).sequences();
    }
    // A kind of which nothing is left is used by no shape.
    return PackingProgram.solve(
        gain, use, Arrays.stream(limit).map(each -> Math.max(each, 1e-6)).toArray());
  }

  /** What the program is paid for each sequence, so that it serves all of them if it can. */
  private static double fill(List<PipelineShape> shapes) {
    return FILL
        * shapes.stream()
            .mapToDouble(shape -> shape.tokensPerSecond() / shape.sequences())
            .max()
            .orElse(0);
  }

  /** Between the bound's prices and the program's, which jump about at first. */
  private static Prices mixed(Prices bound, double[] row, double fill) {
    double[] device = new double[row.length - 1];
    for (int kind = 0; kind < device.length; kind++) {
      device[kind] = SMOOTHING * bound.device()[kind] + (1 - SMOOTHING) * row[kind];
    }
    double sequence = Math.max(0, row[row.length - 1] - fill);
    return new Prices(device, SMOOTHING * bound.sequence() + (1 - SMOOTHING) * sequence);
  }
}
