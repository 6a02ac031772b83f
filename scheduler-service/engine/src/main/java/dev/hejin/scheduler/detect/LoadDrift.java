package dev.hejin.scheduler.detect;

import dev.hejin.scheduler.model.ExpertLoad;
import java.util.Locale;
import java.util.Optional;

/**
 * The expert whose share of its layer's tokens changed most.
 *
 * @param layer layer index
 * @param expert expert index
 * @param planned share that the plan was made for, 0 to 1
 * @param seen share that was observed, 0 to 1
 */
public record LoadDrift(int layer, int expert, double planned, double seen) {

  /** Between two loads of one model; empty when no expert's share changed. */
  public static Optional<LoadDrift> between(ExpertLoad planned, ExpertLoad seen) {
    LoadDrift most = null;
    for (int layer = 0; layer < Math.min(planned.layers(), seen.layers()); layer++) {
      double[] before = planned.layer(layer);
      double[] now = seen.layer(layer);
      for (int expert = 0; expert < Math.min(before.length, now.length); expert++) {
        double change = Math.abs(now[expert] - before[expert]);
        if (change > 0 && (most == null || change > Math.abs(most.seen - most.planned))) {
          most = new LoadDrift(layer, expert, before[expert], now[expert]);
        }
      }
    }
    return Optional.ofNullable(most);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "expert %d of layer %d takes %.2f %% instead of %.2f %%",
        expert,
        layer,
        100 * seen,
        100 * planned);
  }
}
