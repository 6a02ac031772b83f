package dev.hejin.scheduler.policy;

import dev.hejin.scheduler.model.LayerPlacement;

/**
 * Decides which devices of a stage hold which routed experts of one layer. Implementations are
 * stateless and deterministic: the same problem gives the same placement.
 */
public interface ExpertPolicy {
  /** Short name, for example {@code hejin}: lower case, unique. */
  String name();

  /**
   * Places every expert at least once, at most once on a device, within each device's slots; shares
   * of each expert sum to 1.
   */
  LayerPlacement place(LayerProblem problem);

  /**
   * Goes on from what a problem has in force, in less time: what is held stays as far as that
   * serves, and what is missing is added. For repairs, after which a better plan follows.
   *
   * @param lost replicas that were on devices that are gone
   */
  default LayerPlacement mend(LayerProblem problem, int lost) {
    return place(problem);
  }
}
