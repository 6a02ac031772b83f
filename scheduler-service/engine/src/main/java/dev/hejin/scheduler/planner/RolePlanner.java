package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.plan.Pipeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Prompts read by pipelines of their own (DistServe, OSDI 2024). Two products of one pool: kinds of
 * devices are ordered by how much more they are worth for reading than for decoding, as the bounds
 * price them; nodes from the front of that order read, the others decode (comparative advantage:
 * with fractions allowed, some cut of this order is best). The cut is searched, coarsely first, by
 * estimates; the best cut is built in full.
 */
final class RolePlanner {
  private static final int CUTS = 9;
  private static final int ROUNDS = 3;
  private static final int BOUND_ROUNDS = 60;

  /**
   * Part of the time to the first token that reading may take; the rest is waiting and transfer.
   */
  private static final double FIRST_TOKEN_SHARE = 0.5;

  private static final double ENOUGH = 0.8;
  private static final int PROMPTS_FOR_EACH_DEVICE = 2;
  private static final int MOST_TOKENS = 1 << 21;

  private final PlanningContext context;
  private final ServiceGoal goal;
  private final Traffic traffic;
  private final List<DeviceKind> kinds;
  private final UpperBound decoding;
  private final UpperBound reading;
  private final List<Node> nodes;
  private final TreeMap<Integer, Double> known = new TreeMap<>();
  private double factor = 1;

  /**
   * @param context without traffic
   * @param decoding bound and prices over all kinds
   */
  RolePlanner(
      PlanningContext context,
      List<DeviceKind> kinds,
      UpperBound decoding,
      ServiceGoal goal,
      Traffic traffic) {
    this.context = context;
    this.goal = goal;
    this.traffic = traffic;
    this.kinds = kinds;
    this.decoding = decoding;
    this.reading = UpperBound.ofPrompts(prompts(context), kinds, BOUND_ROUNDS);
    this.nodes = ordered();
  }

  private PlanningContext prompts(PlanningContext of) {
    long tokens =
        (long) PROMPTS_FOR_EACH_DEVICE
            * traffic.promptTokens()
            * of.request().pool().devices().size();
    return of.ofPrompts(traffic, (int) Math.min(MOST_TOKENS, tokens));
  }

  private List<Node> ordered() {
    TreeMap<String, Double> worth = new TreeMap<>();
    for (DeviceKind kind : kinds) {
      double decode = decoding.prices().device()[kind.index()];
      double read = reading.prices().device()[kind.index()];
      worth.put(kind.group().type(), read / Math.max(1e-12, decode));
    }
    List<Node> all = new ArrayList<>();
    for (Node node : context.request().pool().nodes()) {
      if (node.devices().stream().map(Device::type).anyMatch(worth::containsKey)) {
        all.add(node);
      }
    }
    all.sort(
        Comparator.comparingDouble(
            node -> -worth.getOrDefault(node.devices().getFirst().type(), 0.0)));
    return all;
  }

  /**
   * Pipelines of both roles; null when no cut serves what is to be served.
   *
   * @param demand tokens a second; 0: none
   * @param limitFactor on the limits that estimates keep
   */
  @Nullable List<Pipeline> plan(double demand, double limitFactor) {
    known.clear();
    factor = limitFactor;
    int most = nodes.size() - 1;
    if (most < 1) {
      return null;
    }
    int best = 0;
    for (int i = 0; i < CUTS; i++) {
      best = better(best, 1 + (int) Math.round((double) i * (most - 1) / (CUTS - 1)), demand);
    }
    for (int step = (most + 2 * CUTS - 1) / (2 * CUTS); step >= 1; step /= 2) {
      int middle = best;
      best = better(best, Math.max(1, middle - step), demand);
      best = better(best, Math.min(most, middle + step), demand);
    }
    if (best == 0 || score(best, demand) == Double.NEGATIVE_INFINITY) {
      return null;
    }
    List<Pipeline> read = fleet(best, true, 0).plan(mix(true, best, demand), Pipeline.Role.PREFILL);
    List<Pipeline> decode =
        fleet(best, false, 0).plan(mix(false, best, demand), Pipeline.Role.DECODE);
    if (read == null || decode == null) {
      return null;
    }
    List<Pipeline> all = new ArrayList<>(decode);
    all.addAll(read);
    return all;
  }

  private int better(int best, int cut, double demand) {
    return best == 0 || score(cut, demand) > score(best, demand) ? cut : best;
  }

  /** How good a cut is by estimate; larger is better. */
  private double score(int cut, double demand) {
    return known.computeIfAbsent(cut, missing -> estimated(cut, demand));
  }

  private double estimated(int cut, double demand) {
    double none = Double.NEGATIVE_INFINITY;
    MixGoal readGoal = mix(true, cut, demand);
    MixGoal decodeGoal = mix(false, cut, demand);
    List<PipelineShape> read = fleet(cut, true, ROUNDS).shapes(readGoal);
    List<PipelineShape> decode = fleet(cut, false, ROUNDS).shapes(decodeGoal);
    double sequences = decode.stream().mapToDouble(PipelineShape::sequences).sum();
    if (read.isEmpty()
        || decode.isEmpty()
        || (decodeGoal.servesAll() && sequences < context.batchTokens() * ENOUGH)) {
      return none;
    }
    double tokens =
        Math.min(
            FleetPlanner.tokensPerSecond(decode),
            ServiceFigures.MOST_LOAD
                * FleetPlanner.tokensPerSecond(read)
                / traffic.promptsForEach());
    double units =
        read.stream().mapToDouble(readGoal::units).sum()
            + decode.stream().mapToDouble(decodeGoal::units).sum();
    if (demand > 0) {
      return tokens < demand * (1 - 1e-6) ? none : units > 0 ? -units : tokens;
    }
    return units > 0 ? tokens / units : tokens;
  }

  private FleetPlanner fleet(int cut, boolean reads, int rounds) {
    PlanningContext own = part(cut, reads);
    List<DeviceKind> ownKinds = kinds(own);
    UpperBound bound = (reads ? reading : decoding).on(kinds, ownKinds);
    return new FleetPlanner(own, ownKinds, bound, rounds == 0 ? ServicePlanner.MIX_ROUNDS : rounds);
  }

  private static List<DeviceKind> kinds(PlanningContext of) {
    return DeviceKind.of(Inventory.of(of.request(), of.assumptions()));
  }

  private PlanningContext part(int cut, boolean reads) {
    List<Node> own = reads ? nodes.subList(0, cut) : nodes.subList(cut, nodes.size());
    PlanningContext decode = context.on(context.request().pool().withNodes(own));
    return reads ? prompts(decode) : decode;
  }

  private MixGoal mix(boolean reads, int cut, double demand) {
    double none = Double.POSITIVE_INFINITY;
    double[] unit = DeviceUnits.of(goal.objective(), kinds(part(cut, reads)));
    double target =
        demand > 0 && goal.objective() != ServiceGoal.Objective.THROUGHPUT
            ? demand * (reads ? traffic.promptsForEach() / ServiceFigures.MOST_LOAD : 1)
            : none;
    return new MixGoal(
        unit,
        target,
        !reads && goal.servesAll(),
        factor
            * (reads ? FIRST_TOKEN_SHARE * goal.mostFirstTokenSeconds() : goal.mostTokenSeconds()),
        none);
  }
}
