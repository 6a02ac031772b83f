package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maximises the flow. Candidates are a number of chains times a rate that every stage passes; rates
 * are those of one or several devices of a type side by side, since between two such values nothing
 * changes. The best candidates are built, given further chains from what is left, and judged by the
 * real maximum flow over the links; the best are improved by {@link LayoutSearch}. Stops at once
 * when the bound is reached.
 */
final class FlowPlanner {
  private static final int BUILDS = 400;
  private static final int JUDGED = 48;
  private static final int IMPROVED = 3;
  private static final double MARGIN = 0.01;
  private static final int SIDE_BY_SIDE = 64;

  private final StageProblem problem;
  private final Pool pool;
  private final ChainBuilder builder;
  private final LayoutSearch search;
  private final double bound;
  private final int steps;

  /** A planner that stops at nothing but its budget: for {@link #candidates}. */
  FlowPlanner(StageProblem problem, Pool pool, StageOptions options) {
    this(problem, pool, Double.POSITIVE_INFINITY, options);
  }

  FlowPlanner(StageProblem problem, Pool pool, double bound, StageOptions options) {
    this.problem = problem;
    this.pool = pool;
    this.bound = bound;
    builder = new ChainBuilder(problem, pool);
    search = new LayoutSearch(problem, new PlanFlow(problem)::of, options.seed());
    steps = options.flowSteps();
  }

  private record Candidate(int chains, double rate) {
    double flow() {
      return chains * rate;
    }
  }

  /** The best layout found and its flow. */
  LayoutSearch.Scored plan() {
    List<LayoutSearch.Scored> found = new ArrayList<>();
    double enough = bound * (1 - 1e-9);
    for (Layout layout : candidates()) {
      found.add(search.score(layout));
      if (found.getLast().score() >= enough) {
        return found.getLast();
      }
    }
    found.sort(Comparator.comparingDouble(LayoutSearch.Scored::score).reversed());
    LayoutSearch.Scored best = found.getFirst();
    int improved = Math.min(IMPROVED, found.size());
    for (int i = 0; i < improved && best.score() < enough; i++) {
      LayoutSearch.Scored next = search.improve(found.get(i), steps / IMPROVED, enough, MARGIN);
      best = next.score() > best.score() ? next : best;
    }
    return best;
  }

  /** Layouts of large flow, the most promising first, and simple ones last; at least one. */
  List<Layout> candidates() {
    List<Layout> found = new ArrayList<>();
    for (Candidate candidate : rated()) {
      Layout layout = build(candidate);
      if (layout != null) {
        found.add(layout);
        if (found.size() >= JUDGED) {
          break;
        }
      }
    }
    Baselines simple = new Baselines(problem);
    found.add(simple.equalParts());
    found.add(simple.greedy());
    return found;
  }

  /** Highest flow first. */
  private List<Candidate> rated() {
    List<Candidate> all = new ArrayList<>();
    int[] none = new int[pool.groups().size()];
    int mostChains = Math.max(1, builder.capacity(Double.MIN_NORMAL, none) / problem.layers());
    for (double rate : rates()) {
      int chains = Math.min(mostChains, builder.capacity(rate, none) / problem.layers());
      if (chains > 0) {
        all.add(new Candidate(chains, rate));
      }
    }
    all.sort(Comparator.comparingDouble(Candidate::flow).reversed());
    return all.size() > BUILDS ? all.subList(0, BUILDS) : all;
  }

  private double[] rates() {
    List<Double> rates = new ArrayList<>();
    for (Pool.Group group : pool.groups()) {
      double[] byLayers = problem.kinds().get(group.kind()).tokensPerSecond();
      int side = Math.min(SIDE_BY_SIDE, group.devices().length);
      for (int k = 1; k < byLayers.length; k++) {
        for (int c = 1; c <= side; c++) {
          rates.add(c * byLayers[k]);
        }
      }
    }
    return rates.stream().mapToDouble(Double::doubleValue).distinct().sorted().toArray();
  }

  private @Nullable Layout build(Candidate candidate) {
    for (int chains = candidate.chains; chains >= 1; chains--) {
      Layout layout = new Layout();
      int[] used = new int[pool.groups().size()];
      if (builder.add(layout, used, candidate.rate, chains)) {
        extend(layout, used);
        builder.finish(layout, used);
        return layout;
      }
    }
    return null;
  }

  /** Further chains from what is left, each as fast as it can be. */
  private void extend(Layout layout, int[] used) {
    double[] rates = rates();
    for (int i = rates.length - 1; i >= 0; i--) {
      if (builder.capacity(rates[i], used) >= problem.layers()) {
        int[] tried = used.clone();
        if (builder.add(layout, tried, rates[i], 1)) {
          System.arraycopy(tried, 0, used, 0, used.length);
          i++;
        }
      }
    }
  }
}
