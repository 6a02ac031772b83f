package dev.hejin.scheduler.balance;

/**
 * Chooses replicas of experts and their devices so that the slowest device is as fast as can be.
 *
 * <p>Goals, in order: least time of the slowest device in each layer; few copies where a placement
 * is in force. Hard constraints: every slot holds an expert, every expert has a replica, no device
 * holds an expert twice, groups stay on one node, copies within the limit.
 *
 * <p>Method, for each layer (or each node of a layer when groups are bound to nodes): replica
 * counts by the largest replica ({@link Replication}), packing by room per slot ({@link Packing}),
 * exchanges between devices until the slowest is within the target ({@link SwapSearch}); where
 * counts decide, a search over counts. Not safe for use by several threads at once: one each.
 */
public final class Balancer {
  /** Most steps by which a placement is mended once what was lost is placed; see {@code mend}. */
  public static final int MENDING_STEPS = 12;

  private final BalanceOptions options;

  /** A balancer that searches as hard as {@code options} say. */
  public Balancer(BalanceOptions options) {
    this.options = options;
  }

  /** The best placement found; the same for the same problem and options. */
  public BalanceResult balance(BalanceProblem problem) {
    return new BalanceRun(problem, options).solve();
  }
}
