package dev.hejin.lab.scenario;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.scenario.ExpertLoadSource;
import java.util.List;

/**
 * How tokens spread over experts, and how that drifts.
 *
 * @param load at the beginning
 * @param drifts changes to other loads, in order; while one lasts the load is a mixture
 * @param textSpread an expert's share differs from text to text with this standard deviation over
 *     its mean: what makes iterations uneven whatever the placement
 */
public record Routing(ExpertLoadSource load, List<Drift> drifts, double textSpread) {

  /** A change of the load. */
  public record Drift(ExpertLoadSource to, double startSeconds, double endSeconds) {
    /** Checks that there is a load. */
    public Drift {
      requireNonNull(to, "to");
    }
  }

  /** Checks and copies. */
  public Routing {
    requireNonNull(load, "load");
    drifts = List.copyOf(drifts);
  }
}
