package dev.hejin.scheduler.model;

/**
 * How much longer work takes than the cost model says, as telemetry shows it for a device type.
 *
 * @param attention observed over predicted seconds of attention and dense parts
 * @param experts observed over predicted seconds of routed experts
 */
public record PhaseScale(double attention, double experts) {
  /** What the cost model says. */
  public static final PhaseScale NONE = new PhaseScale(1, 1);

  public PhaseScale {
    if (!(attention > 0 && experts > 0)
        || Double.isInfinite(attention)
        || Double.isInfinite(experts)) {
      throw new IllegalArgumentException(
          "scale of attention "
              + attention
              + ", of experts "
              + experts
              + " must be above 0\nMaybe 1: as predicted.");
    }
  }
}
