package dev.hejin.scheduler.flow;

/**
 * Chooses which device holds which layers.
 *
 * <p>Two objectives: the maximum flow, with a bound that no placement exceeds ({@link FlowPlanner},
 * {@link FlowBound}); and decode tokens that would really be served, where memory for KV cache,
 * round trips and prompts count too ({@link ServingPlanner}).
 */
public final class StagePlanner {
  private final StageOptions options;

  /** A planner that searches as hard as {@code options} say. */
  public StagePlanner(StageOptions options) {
    this.options = options;
  }

  /** The placement of largest flow that was found. */
  public StagePlan maximiseFlow(StageProblem problem) {
    if (Exhaustive.suits(problem)) {
      return new Exhaustive(problem).plan();
    }
    double bound = new FlowBound(problem).tokensPerSecond();
    Pool pool = new Pool(problem);
    Layout best = new FlowPlanner(problem, pool, bound, options).plan().layout();
    return result(problem, best, new PlanFlow(problem)::of, bound, Double.NaN);
  }

  /** The placement that serves most decode tokens of a workload in simulation. */
  public StagePlan maximiseServing(StageProblem problem, Workload workload) {
    if (!problem.knowsServing()) {
      throw new InvalidStageProblemException(
          "objective",
          "serving",
          "a device type has no KV cache capacity, prompt times or decode times",
          "add them to the case, or use --objective flow");
    }
    double bound = new FlowBound(problem).tokensPerSecond();
    Pool pool = new Pool(problem);
    LayoutSearch.Scored best = new ServingPlanner(problem, pool, workload, options).plan();
    Score score = new ServingEstimate(problem, workload);
    return result(problem, best.layout(), score, bound, best.score());
  }

  private static StagePlan result(
      StageProblem problem, Layout layout, Score score, double bound, double served) {
    int[] start = new int[problem.devices()];
    int[] end = new int[problem.devices()];
    layout.intervals(start, end);
    new IdleDevices(problem, score).place(start, end);
    double flow = new PlanFlow(problem).of(start, end);
    return new StagePlan(start, end, flow, Math.max(bound, flow), served);
  }
}
