package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Maximises what a simulation serves. Layouts of large flow, and simple ones, are the starts; the
 * closed estimate guides the search from the best of them, in a smaller pool of the same mix where
 * the pool is large; the last layouts of each search are simulated request by request. The
 * geometric mean of simulation, which is noisy, and estimate, which is not but simplifies, decides.
 */
final class ServingPlanner {
  private static final int SMALL = 24;
  private static final int STARTS = 3;
  private static final int LAST = 6;

  /** A run that covers less says too little: then the estimate alone decides. */
  private static final double TRUSTED_SECONDS = 10;

  private static final double MARGIN = 0.03;
  private static final double SMALL_SHARE = 0.4;

  private final StageProblem problem;
  private final Pool pool;
  private final Workload workload;
  private final StageOptions options;
  private final ServingEstimate estimate;
  private final ServingSimulation simulation;

  ServingPlanner(StageProblem problem, Pool pool, Workload workload, StageOptions options) {
    this.problem = problem;
    this.pool = pool;
    this.workload = workload;
    this.options = options;
    estimate = new ServingEstimate(problem, workload);
    simulation = new ServingSimulation(problem, workload);
  }

  /** The best layout, its score simulated decode tokens a second. */
  LayoutSearch.Scored plan() {
    List<Layout> starts = new FlowPlanner(problem, pool, options).candidates();
    int factor = SmallPool.factor(problem, pool, SMALL);
    long work = options.servingWork();
    if (factor > 1) {
      SmallPool small = new SmallPool(problem, pool, factor);
      Pool smallPool = new Pool(small.problem());
      List<Layout> smallStarts = new FlowPlanner(small.problem(), smallPool, options).candidates();
      long smallWork = Math.round(work * SMALL_SHARE);
      for (Layout layout : searched(small.problem(), smallStarts, smallWork)) {
        starts.add(small.whole(layout));
      }
      work -= smallWork;
    }
    return simulated(searched(problem, starts, work));
  }

  private LayoutSearch search(StageProblem of) {
    return new LayoutSearch(of, new ServingEstimate(of, workload), options.seed());
  }

  /** The last bests on the way of a search from each of the best few starts. */
  private List<Layout> searched(StageProblem of, List<Layout> layouts, long work) {
    LayoutSearch search = search(of);
    List<LayoutSearch.Scored> starts = new ArrayList<>();
    for (Layout layout : layouts) {
      starts.add(search.score(layout));
    }
    starts.sort(Comparator.comparingDouble(LayoutSearch.Scored::score).reversed());
    List<Layout> found = new ArrayList<>();
    int count = Math.min(STARTS, starts.size());
    for (int i = 0; i < count; i++) {
      improve(search, starts.get(i), of, work / count);
      List<LayoutSearch.Scored> way = search.way();
      for (int w = Math.max(0, way.size() - LAST); w < way.size(); w++) {
        found.add(way.get(w).layout());
      }
    }
    return found;
  }

  /** Work is counted in devices and links looked at, so that larger plans get fewer steps. */
  private static void improve(
      LayoutSearch search, LayoutSearch.Scored start, StageProblem of, long work) {
    int[] first = new int[of.devices()];
    int[] end = new int[of.devices()];
    start.layout().intervals(first, end);
    PlanFlow flow = new PlanFlow(of);
    flow.of(first, end);
    int steps = (int) Math.min(1_000_000, work / (of.devices() + 2L * flow.links()));
    search.improve(start, steps, Double.POSITIVE_INFINITY, MARGIN);
  }

  /** The finalist of the best rating, with what it serves in simulation. */
  private LayoutSearch.Scored simulated(List<Layout> finalists) {
    int[] start = new int[problem.devices()];
    int[] end = new int[problem.devices()];
    Layout best = finalists.getFirst();
    double bestRating = -1;
    double bestServed = 0;
    long events = Math.max(1, options.servingEvents() / finalists.size());
    for (Layout layout : finalists) {
      layout.intervals(start, end);
      ServingSimulation.Served served = simulation.run(start, end, events, options.seed());
      double rating = estimate.of(start, end);
      if (served.seconds() >= TRUSTED_SECONDS) {
        rating = Math.sqrt(rating * served.decodeTokensPerSecond());
      }
      if (rating > bestRating) {
        bestRating = rating;
        best = layout;
        bestServed = served.decodeTokensPerSecond();
      }
    }
    return new LayoutSearch.Scored(best, bestServed);
  }
}
