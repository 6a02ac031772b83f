package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.planner.PipelineShape.Prices;
import java.util.ArrayList;
import java.util.List;

/**
 * Stages of all sizes and microbatches, in cells, as {@link PipelineBound} prices them: a cell is
 * never cheaper than its corners say. The cells that decide are split.
 */
final class BoundCells {

  /** What a stage of a range of sizes and microbatches takes. */
  interface Times {
    /**
     * Seconds of a layer of each class; the part of them that may grow with devices; seconds that a
     * microbatch stays beyond them.
     *
     * @param tensor neighbours that divide layers between them
     */
    double[][] of(int kind, int tensor, int devices, double tokens);
  }

  /**
   * A range of stages: fewest to most devices, least to most tokens.
   *
   * @param tensor neighbours that divide layers between them
   * @param perToken device seconds of one token, by class of layer
   * @param stay seconds that a microbatch stays at least, by class
   */
  record Cell(
      int kind,
      int tensor,
      int fewest,
      int most,
      double least,
      double all,
      double[] perToken,
      double[] stay) {}

  /** A cell as one class of layers sees it: x device seconds of one token, y seconds of stay. */
  record Choice(Cell cell, double x, double y) implements LowerHull.Point {
    double cost(Prices prices) {
      return prices.device()[cell.kind()] * x + prices.sequence() * y;
    }
  }

  private final List<DeviceKind> kinds;
  private final boolean[] asked;
  private final double sequences;
  private final Times times;
  private final List<Cell> cells = new ArrayList<>();
  private final List<List<LowerHull<Choice>>> hulls = new ArrayList<>();

  /** Cells as each class sees those of each kind; kept nearly sorted from round to round. */
  private final List<List<List<Choice>>> choices = new ArrayList<>();

  /**
   * @param asked classes of layers whose prices are asked for
   * @param sequences most tokens of a microbatch
   */
  BoundCells(List<DeviceKind> kinds, boolean[] asked, double sequences, Times times) {
    this.kinds = kinds;
    this.asked = asked.clone();
    this.sequences = sequences;
    this.times = times;
    for (boolean each : asked) {
      List<List<Choice>> ofClass = new ArrayList<>();
      kinds.forEach(kind -> ofClass.add(new ArrayList<>()));
      choices.add(each ? ofClass : List.of());
    }
  }

  /** Adds stages of a kind: of one device, and as many more as there are. */
  void add(DeviceKind kind, int tensor) {
    int most = tensor - 1;
    for (int fewest = tensor; fewest <= kind.count(); fewest = most + 1) {
      most = Math.min(kind.count(), last(fewest, kind.perNode()));
      add(kind, tensor, fewest, most);
    }
  }

  /** Adds stages of a kind whose sizes are in a range. */
  void add(DeviceKind kind, int tensor, int fewest, int most) {
    for (double least = 1; least < sequences || least == 1; least *= 2) {
      add(cell(kind.index(), tensor, fewest, most, least, Math.min(sequences, 2 * least)));
    }
  }

  /** Sizes double, but none of the first cells spans one node and two. */
  private static int last(int fewest, int perNode) {
    int doubled = 2 * fewest - 1;
    return fewest <= perNode
        ? Math.min(doubled, perNode)
        : fewest < 2 * perNode ? 2 * perNode - 1 : doubled;
  }

  private void add(Cell cell) {
    cells.add(cell);
    for (int c = 0; c < asked.length; c++) {
      if (asked[c]) {
        choices.get(c).get(cell.kind()).add(new Choice(cell, cell.perToken()[c], cell.stay()[c]));
      }
    }
  }

  /** Prepares {@link #cheapest}. */
  void hulls() {
    hulls.clear();
    for (List<List<Choice>> ofClass : choices) {
      ofClass.forEach(ofKind -> ofKind.sort(LowerHull.ORDER));
      hulls.add(ofClass.stream().map(LowerHull::new).toList());
    }
  }

  /** The cheapest stage for a layer of a class. */
  Choice cheapest(int layerClass, Prices prices) {
    Choice best = cheapest(layerClass, 0, prices);
    for (int kind = 1; kind < kinds.size(); kind++) {
      Choice choice = cheapest(layerClass, kind, prices);
      best = choice.cost(prices) < best.cost(prices) ? choice : best;
    }
    return best;
  }

  /** The same of one kind. */
  Choice cheapest(int layerClass, int kind, Prices prices) {
    return hulls.get(layerClass).get(kind).cheapest(prices.device()[kind], prices.sequence());
  }

  /** Splits the cells that decide; false when none can be. */
  boolean split(Prices prices) {
    List<Cell> deciding = new ArrayList<>();
    for (int c = 0; c < asked.length; c++) {
      for (int kind = 0; asked[c] && kind < kinds.size(); kind++) {
        Cell cell = cheapest(c, kind, prices).cell();
        if (!deciding.contains(cell)) {
          deciding.add(cell);
        }
      }
    }
    boolean any = false;
    for (Cell cell : deciding) {
      double wide = Math.log((double) cell.most() / cell.fewest()) + 1 - exchangeShare(cell);
      double tall = Math.log(cell.all() / cell.least());
      if (wide == 0 && tall < 0.01) {
        continue;
      }
      any = true;
      if (wide > tall / 2) {
        int middle = cell.fewest() + (cell.most() - cell.fewest()) / 2;
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

  private void replace(Cell cell, Cell... parts) {
    cells.remove(cell);
    for (List<List<Choice>> ofClass : choices) {
      if (!ofClass.isEmpty()) {
        ofClass.get(cell.kind()).removeIf(choice -> choice.cell() == cell);
      }
    }
    for (Cell part : parts) {
      add(part);
    }
  }

  private double exchangeShare(Cell cell) {
    return exchangeShare(cell.fewest(), cell.most(), kinds.get(cell.kind()).perNode());
  }

  private Cell cell(int kind, int tensor, int fewest, int most, double least, double all) {
    double[][] high = times.of(kind, tensor, most, all);
    double[][] low = times.of(kind, tensor, most, least);
    double share = exchangeShare(fewest, most, kinds.get(kind).perNode());
    double[] perToken = new double[asked.length];
    double[] stay = new double[asked.length];
    for (int c = 0; c < perToken.length; c++) {
      perToken[c] = fewest * (high[0][c] - (1 - share) * high[1][c]) / all;
      // Fewer sequences than stages may be in flight when a microbatch is a single one.
      stay[c] = least <= 1 ? 0 : low[0][c] - (1 - share) * low[1][c] + low[2][c];
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
}
