package dev.hejin.scheduler.flow;

/**
 * What to maximise and how hard to search. Budgets are counted, not timed, so that a plan is the
 * same on any machine.
 *
 * @param flowSteps changes tried on the flow
 * @param servingWork devices and links looked at by the closed estimate of the serving objective
 * @param servingEvents simulated events, all candidates together
 * @param seed of the search and of the simulated requests
 */
public record StageOptions(int flowSteps, long servingWork, long servingEvents, long seed) {
  /** What the figures in {@code docs/stages.md} were made with. */
  public static final StageOptions DEFAULT = new StageOptions(600, 500_000, 2_700_000, 1);

  /** Checks the ranges. */
  public StageOptions {
    if (flowSteps < 0) {
      throw new InvalidStageProblemException("flowSteps", flowSteps, "negative", "use 600");
    }
    if (servingWork < 0 || servingEvents < 0) {
      throw new InvalidStageProblemException(
          "servingWork, servingEvents",
          servingWork + ", " + servingEvents,
          "negative",
          "use 500000 and 2700000");
    }
  }

  /** These options with another seed. */
  public StageOptions with(long otherSeed) {
    return new StageOptions(flowSteps, servingWork, servingEvents, otherSeed);
  }
}
