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
}
