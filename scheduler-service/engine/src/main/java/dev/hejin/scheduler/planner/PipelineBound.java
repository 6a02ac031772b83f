package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.planner.PipelineShape.Prices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

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
  private final List<Cell> cells = new ArrayList<>();
  private final TreeMap<Point, double[][]> seconds = new TreeMap<>();
  private final List<List<LowerHull<Choice>>> hulls = new ArrayList<>();

  /** Cells as each class sees those of each kind; kept nearly sorted from round to round. */
  private final List<List<List<Choice>>> choices = new ArrayList<>();

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
   * A range of stages: fewest to most devices, least to most tokens.
   *
   * @param tensor neighbours that divide layers between them
   * @param perToken device seconds of one token, by class of layer
   * @param stay seconds that a microbatch stays at least, by class
   */
  private record Cell(
      int kind,
      int tensor,
      int fewest,
      int most,
      double least,
      double all,
      double[] perToken,
      double[] stay) {}

  /** A cell as one class of layers sees it: x device seconds of one token, y seconds of stay. */
  private record Choice(Cell cell, double x, double y) implements LowerHull.Point {}

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
      kind.tensorSizes(mostTensor).forEach(tensor -> addCells(kind, tensor));
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

  private void addCells(DeviceKind kind, int tensor) {
    int most = tensor - 1;
    for (int fewest = tensor; fewest <= kind.count(); fewest = most + 1) {
      most = Math.min(kind.count(), last(fewest, kind.perNode()));
      for (double least = 1; least < limit[kinds.size()] || least == 1; least *= 2) {
        double all = Math.min(limit[kinds.size()], 2 * least);
        cells.add(cell(kind.index(), tensor, fewest, most, least, all));
      }
    }
  }

  /** Sizes double, but none of the first cells spans one node and two. */
  private static int last(int fewest, int perNode) {
    int doubled = 2 * fewest - 1;
    return fewest <= perNode
        ? Math.min(doubled, perNode)
        : fewest < 2 * perNode ? 2 * perNode - 1 : doubled;
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
      Choice choice = cheapest(c, prices);
      cost += multiplicity[c] * cost(choice, prices);
      taken[choice.cell().kind()] += multiplicity[c] * choice.x();
      taken[kinds.size()] += multiplicity[c] * choice.y();
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

  /** Hulls of the cells by class and kind. */
  private void hulls() {
    if (choices.isEmpty()) {
      for (int c = 0; c < multiplicity.length; c++) {
        List<List<Choice>> ofClass = new ArrayList<>();
        kinds.forEach(kind -> ofClass.add(new ArrayList<>()));
        choices.add(ofClass);
      }
      cells.forEach(this::choose);
    }
    hulls.clear();
    for (List<List<Choice>> ofClass : choices) {
      ofClass.forEach(ofKind -> ofKind.sort(LowerHull.ORDER));
      hulls.add(ofClass.stream().map(LowerHull::new).toList());
    }
  }

  private void choose(Cell cell) {
    for (int c = 0; c < multiplicity.length; c++) {
      choices.get(c).get(cell.kind()).add(new Choice(cell, cell.perToken()[c], cell.stay()[c]));
    }
  }

  private void replace(Cell cell, Cell... parts) {
    cells.remove(cell);
    choices.forEach(ofClass -> ofClass.get(cell.kind()).removeIf(choice -> choice.cell() == cell));
    for (Cell part : parts) {
      cells.add(part);
      choose(part);
    }
  }

  private Choice cheapest(int layerClass, Prices prices) {
    Choice best = cheapest(layerClass, 0, prices);
    for (int kind = 1; kind < kinds.size(); kind++) {
      Choice choice = cheapest(layerClass, kind, prices);
      best = cost(choice, prices) < cost(best, prices) ? choice : best;
    }
    return best;
  }

  private Choice cheapest(int layerClass, int kind, Prices prices) {
    return hulls.get(layerClass).get(kind).cheapest(prices.device()[kind], prices.sequence());
  }

  private static double cost(Choice choice, Prices prices) {
    return prices.device()[choice.cell().kind()] * choice.x() + prices.sequence() * choice.y();
  }

  /** Splits the cells that decide; false when none can be. */
  private boolean split(Prices prices) {
    List<Cell> deciding = new ArrayList<>();
    for (int c = 0; c < multiplicity.length; c++) {
      for (int kind = 0; kind < kinds.size(); kind++) {
        Cell cell = cheapest(c, kind, prices).cell();
        if (!deciding.contains(cell)) {
          deciding.add(cell);
        }
      }
    }
    boolean any = false;
    for (Cell cell : deciding) {
      double wide =
          Math.log((double) cell.most() / cell.fewest())
              + 1
              - exchangeShare(cell.fewest(), cell.most(), kinds.get(cell.kind()).perNode());
      double tall = Math.log(cell.all() / cell.least());
      if (wide == 0 && tall < 0.01) {
        continue;
      }
      any = true;
      if (wide > tall / 2) {
        int middle = (cell.fewest() + cell.most()) / 2;
        replace(
            cell,
            cell(cell.kind(), cell.tensor(), cell.fewest(), middle, cell.least(), cell.all()),
            cell(cell.kind(), cell.tensor(), middle + 1, cell.most(), cell.least(), cell.all()));
      } else {
        double middle = Math.sqrt(cell.least() * cell.all());
        replace(
            cell,
            cell(cell.kind(), cell.tensor(), cell.fewest(), cell.most(), cell.least(), middle),
            cell(cell.kind(), cell.tensor(), cell.fewest(), cell.most(), middle, cell.all()));
      }
    }
    return any;
  }

  private Cell cell(int kind, int tensor, int fewest, int most, double least, double all) {
    double[][] high = seconds(kind, tensor, most, all);
    double[][] low = seconds(kind, tensor, most, least);
    double share = exchangeShare(fewest, most, kinds.get(kind).perNode());
    double[] perToken = new double[multiplicity.length];
    double[] stay = new double[multiplicity.length];
    for (int c = 0; c < perToken.length; c++) {
      perToken[c] = fewest * (high[0][c] - (1 - share) * high[1][c]) / all;
      // Fewer sequences than stages may be in flight when a microbatch is a single one.
      stay[c] = least <= 1 ? 0 : low[0][c] - (1 - share) * low[1][c];
    }
    return new Cell(kind, tensor, fewest, most, least, all, perToken, stay);
  }

  /**
   * The exchange of stages of some range of sizes takes at least this share of the largest one's.
   * What a device sends falls with n, except for the part of the stage that is not next to it: 1 -
   * 1/n by link within a node, at least 1 - p/n by network for n of at least two nodes of p.
   */
  static double exchangeShare(int fewest, int most, int perNode) {
    if (fewest == most) {
      return 1;
    }
    if (most <= perNode) {
      return (1 - 1.0 / fewest) / (1 - 1.0 / most);
    }
    if (fewest < 2 * perNode) {
      return 0;
    }
    int nodes = (most + perNode - 1) / perNode;
    double near = Math.floorDiv(most, nodes);
    return (1 - (double) perNode / fewest) / (1 - near / most);
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
          return new double[][] {each, exchange};
        });
  }
}
