package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.planner.BoundCells.Choice;
import dev.hejin.scheduler.planner.PipelineShape.Prices;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What no layout can exceed: any number of pipelines, any stages of one kind of device, any
 * division of layers and sequences, experts balanced. Exchanges, launches and the smaller batches
 * of more stages count.
 *
 * <p>Let a device of kind g cost w_g, a sequence in flight v. A stage of n devices with
 * microbatches of t sequences that takes T(l) seconds for layer l lets at most t / sum of T(l)
 * tokens a second through and costs w_g n + v t. So a token through layer l costs at least
 *
 * <pre>
 * c(l) = min over g, n, t, k of (w_g n / t + v) T(l)
 * </pre>
 *
 * and no layout gives more than (sum of w_g N_g + v B) / (sum of c(l)) tokens a second, for N_g
 * devices and B sequences, at any prices, where k neighbours each divide attention and dense layers
 * between them (1 where the options allow no more). (Sequences are charged for the time they spend
 * in the stage, which is all their time over all stages: Little's law.) The prices are improved by
 * multiplicative steps; every step gives a valid bound, the least is kept.
 *
 * <p>Where stages may have attention and experts on different devices, or span two libraries, a
 * layer with experts costs at least the least cost of both parts, each taken alone over all kinds
 * (decisions 17 and 18): base time on a single device of any number of tokens, experts on n
 * devices. The cheaper of this and of whole stages counts.
 *
 * <p>n and t are covered by cells: seconds for each sequence do not grow with t, nor seconds with n
 * but for the exchange, so that a cell is never cheaper than its corners say. The cells that decide
 * are split, the dearest loss first, for a number of steps.
 *
 * <p>Rests on what {@code LayerTimesTest} checks of the cost model: T grows with t, T / t does not,
 * T does not grow with n except by the exchange.
 */
final class PipelineBound {
  private static final int PRICE_STEPS = 40;
  private static final double RATE = 0.6;
  private static final int PATIENCE = 20;
  private static final double WORTHWHILE = 0.002;
  private static final int UNIT_ROUNDS = 200;
  private static final double MANY = 1 << 24;

  private final PlanningContext context;
  private final LayerClasses classes;
  private final List<DeviceKind> kinds;
  private final double[] multiplicity;
  private final double[] limit;
  private final double[][] reading;
  private final TreeMap<Point, double[][]> seconds = new TreeMap<>();
  private final BoundCells whole;

  /** Attention and experts by themselves; null where no stage has them on different devices. */
  private final @Nullable BoundParts parts;

  private record Point(int kind, int tensor, int devices, double tokens)
      implements Comparable<Point> {
    @Override
    public int compareTo(Point other) {
      return kind != other.kind
          ? Integer.compare(kind, other.kind)
          : tensor != other.tensor
              ? Integer.compare(tensor, other.tensor)
              : devices != other.devices
                  ? Integer.compare(devices, other.devices)
                  : Double.compare(tokens, other.tokens);
    }
  }

  /**
   * A bound.
   *
   * @param tokensPerSecond that no layout exceeds
   * @param prices that prove it: tokens a second for one more device or sequence, at most
   */
  record Bound(double tokensPerSecond, Prices prices) {}

  private PipelineBound(
      PlanningContext context, List<DeviceKind> kinds, LayerClasses classes, double sequences) {
    this.context = context;
    this.kinds = kinds;
    this.classes = classes;
    multiplicity = Arrays.copyOf(classes.sizes(), classes.sizes().length + 1);
    multiplicity[multiplicity.length - 1] = 1;
    limit = new double[kinds.size() + 1];
    kinds.forEach(kind -> limit[kind.index()] = kind.count());
    limit[kinds.size()] = sequences;
    reading = reading();
    boolean[] all = new boolean[multiplicity.length];
    Arrays.fill(all, true);
    whole = new BoundCells(kinds, all, sequences, this::seconds);
    parts = BoundParts.of(context, kinds, classes, sequences);
  }

  /**
   * The bound.
   *
   * @param sequences that are at most in flight
   * @param rounds most rounds of pricing and splitting; ends sooner when they help little
   */
  static Bound of(
      PlanningContext context,
      List<DeviceKind> kinds,
      LayerClasses classes,
      double sequences,
      int rounds) {
    return new PipelineBound(context, kinds, classes, sequences).solve(rounds);
  }

  /** Cells refined where throughput is decided, for {@link #cost}. */
  static PipelineBound refined(
      PlanningContext context, List<DeviceKind> kinds, LayerClasses classes) {
    PipelineBound bound = new PipelineBound(context, kinds, classes, context.batchTokens());
    bound.solve(UNIT_ROUNDS);
    bound.hulls();
    return bound;
  }

  /**
   * Device seconds that prompts add to each decoded token, by class and kind, at least: on a single
   * device that reads so many that nothing but work for each token counts. Whether the same or
   * other devices read them does not matter.
   */
  private double[][] reading() {
    double[][] seconds = new double[multiplicity.length][kinds.size()];
    Traffic traffic = context.traffic();
    if (traffic == null) {
      return seconds;
    }
    StepCost step = StepCost.ofPrompts(context.model(), traffic.promptTokens());
    for (DeviceKind kind : kinds) {
      DeviceSet one = kind.set(1);
      double[] each = classes.seconds(one.cost(step, one.shares(), MANY), MANY);
      for (int c = 0; c < each.length; c++) {
        seconds[c][kind.index()] = traffic.promptsForEach() * each[c] / MANY;
      }
    }
    return seconds;
  }

  private Bound solve(int rounds) {
    int mostTensor = context.request().options().mostTensorParallel();
    for (DeviceKind kind : kinds) {
      kind.tensorSizes(mostTensor).forEach(tensor -> whole.add(kind, tensor));
    }
    Bound best = new Bound(Double.POSITIVE_INFINITY, start());
    Prices prices = best.prices();
    double before = Double.POSITIVE_INFINITY;
    for (int round = 0; round < rounds; round++) {
      hulls();
      Bound improved = improve(prices, round == 0 ? 3 * PRICE_STEPS : PRICE_STEPS);
      if (improved.tokensPerSecond() < best.tokensPerSecond()) {
        best = improved;
      }
      prices = improved.prices();
      if (round % PATIENCE == PATIENCE - 1) {
        if (best.tokensPerSecond() > before * (1 - WORTHWHILE)) {
          break;
        }
        before = best.tokensPerSecond();
      }
      if (round < rounds - 1 && !split(prices)) {
        break;
      }
    }
    double scale = best.tokensPerSecond();
    return new Bound(
        scale,
        new Prices(
            Arrays.stream(best.prices().device()).map(w -> w * scale).toArray(),
            best.prices().sequence() * scale));
  }

  /** Prices that sum to 1 over the pool: kinds by their memory rate. */
  private Prices start() {
    double[] device = new double[kinds.size()];
    double speed = 0;
    for (DeviceKind kind : kinds) {
      device[kind.index()] = kind.fastest().rates().memoryBytesPerSecond();
      speed += device[kind.index()] * kind.count();
    }
    for (int k = 0; k < device.length; k++) {
      device[k] *= 0.7 / speed;
    }
    return new Prices(device, 0.3 / limit[kinds.size()]);
  }

  private Bound improve(Prices start, int steps) {
    double[] price = Arrays.copyOf(start.device(), limit.length);
    price[kinds.size()] = start.sequence();
    Bound best = new Bound(Double.POSITIVE_INFINITY, start);
    for (int step = 0; step < steps; step++) {
      double sum = 0;
      for (int r = 0; r < price.length; r++) {
        sum += price[r] * limit[r];
      }
      for (int r = 0; r < price.length; r++) {
        price[r] /= sum;
      }
      Prices prices = new Prices(Arrays.copyOf(price, kinds.size()), price[kinds.size()]);
      double[] taken = new double[limit.length];
      double cost = cost(prices, taken);
      if (1 / cost < best.tokensPerSecond()) {
        best = new Bound(1 / cost, prices);
      }
      for (int r = 0; r < price.length; r++) {
        double relative = taken[r] / limit[r] / cost;
        price[r] *= Math.exp(RATE / (1 + 0.2 * step) * Math.min(2, relative - 1));
      }
    }
    return best;
  }

  /** Least cost of a token through all layers; adds what it takes of each resource. */
  double cost(Prices prices, double[] taken) {
    double cost = 0;
    for (int c = 0; c < multiplicity.length; c++) {
      List<Choice> choices = cheapest(c, prices);
      for (Choice choice : choices) {
        cost += multiplicity[c] * choice.cost(prices);
        taken[choice.cell().kind()] += multiplicity[c] * choice.x();
        taken[kinds.size()] += multiplicity[c] * choice.y();
      }
      int reader = 0;
      for (int kind = 1; kind < kinds.size(); kind++) {
        boolean cheaper =
            prices.device()[kind] * reading[c][kind] < prices.device()[reader] * reading[c][reader];
        reader = cheaper ? kind : reader;
      }
      cost += multiplicity[c] * prices.device()[reader] * reading[c][reader];
      taken[reader] += multiplicity[c] * reading[c][reader];
    }
    return cost;
  }

  /** Whether some stages may have attention and experts on different devices or span libraries. */
  boolean hasParts() {
    return parts != null;
  }

  /** The cheapest stage for a layer of a class, or its two parts where these are cheaper. */
  private List<Choice> cheapest(int layerClass, Prices prices) {
    Choice one = whole.cheapest(layerClass, prices);
    if (parts == null || !parts.has(layerClass)) {
      return List.of(one);
    }
    List<Choice> two = parts.cheapest(layerClass, prices);
    return BoundParts.cost(two, prices) < one.cost(prices) ? two : List.of(one);
  }

  private void hulls() {
    whole.hulls();
    if (parts != null) {
      parts.hulls();
    }
  }

  /** Splits the cells that decide; false when none can be. */
  private boolean split(Prices prices) {
    boolean any = whole.split(prices);
    return parts == null ? any : parts.split(prices) | any;
  }

  /** Seconds of a layer of each class and of the head, and of its exchange alone. */
  private double[][] seconds(int kind, int tensor, int devices, double tokens) {
    return seconds.computeIfAbsent(
        new Point(kind, tensor, devices, tokens),
        missing -> {
          DeviceSet set = kinds.get(kind).set(devices, tensor);
          StageCost cost = set.cost(context.step(), set.shares(), tokens);
          double[] each = Arrays.copyOf(classes.seconds(cost, tokens), multiplicity.length);
          each[each.length - 1] = cost.headSeconds();
          double[] exchange = Arrays.copyOf(classes.exchangeSeconds(cost), multiplicity.length);
          return new double[][] {each, exchange, new double[each.length]};
        });
  }
}
