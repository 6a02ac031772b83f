package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Maximises what a simulation serves: candidates by estimate, the best of them by simulation. */
final class ServingPlanner {
  private final StageProblem problem;
  private final StageOptions options;
  private final ServingEstimate estimate;
  private final ServingSimulation simulation;

  ServingPlanner(StageProblem problem, Pool pool, Workload workload, StageOptions options) {
    this.problem = problem;
    this.options = options;
    estimate = new ServingEstimate(problem, workload);
    simulation = new ServingSimulation(problem, workload);
  }

  LayoutSearch.Scored plan(List<LayoutSearch.Scored> flows) {
    LayoutSearch search = new LayoutSearch(problem, estimate, options.seed());
    List<LayoutSearch.Scored> found = new ArrayList<>();
    for (LayoutSearch.Scored flow : flows) {
      found.add(search.score(flow.layout()));
    }
    found.sort(Comparator.comparingDouble(LayoutSearch.Scored::score).reversed());
    LayoutSearch.Scored best =
        search.improve(found.getFirst(), 4000, Double.POSITIVE_INFINITY, 0.02);
    int[] start = new int[problem.devices()];
    int[] end = new int[problem.devices()];
    best.layout().intervals(start, end);
    double served = simulation.run(start, end, 5, 30, options.seed()).decodeTokensPerSecond();
    return new LayoutSearch.Scored(best.layout(), served);
  }
}
