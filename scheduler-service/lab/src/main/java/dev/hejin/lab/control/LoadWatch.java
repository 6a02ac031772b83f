package dev.hejin.lab.control;

import dev.hejin.scheduler.detect.LoadTracker;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.SplittableRandom;

/** Tracks how tokens spread over experts, as telemetry shows it. */
final class LoadWatch {
  private final ModelSpec model;
  private final double textSpread;
  private final SplittableRandom chance;
  private final LoadTracker tracker;

  /**
   * @param textSpread of the tokens that experts get in a window
   */
  LoadWatch(ModelSpec model, double textSpread, SplittableRandom chance) {
    this.model = model;
    this.textSpread = textSpread;
    this.chance = chance;
    this.tracker = new LoadTracker(model);
  }

  /**
   * Takes a window.
   *
   * @param share of each layer's experts, as it really is
   */
  void look(Telemetry telemetry, double[][] share) {
    for (LayerSpec layer : model.layers()) {
      if (layer.isMoe()) {
        tracker.add(
            layer.index(),
            telemetry.expertTokens(
                share[layer.index()], layer.expertsPerToken(), textSpread, chance));
      }
    }
  }

  /** The load that was seen; before the first window the one that was planned for. */
  ExpertLoad seen(ExpertLoad planned) {
    return tracker.load().orElse(planned);
  }
}
