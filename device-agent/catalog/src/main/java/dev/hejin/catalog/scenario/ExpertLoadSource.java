package dev.hejin.catalog.scenario;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** Where the loads of the experts come from. */
public sealed interface ExpertLoadSource {

  /**
   * Loads made from a seed; see {@code SyntheticExpertLoad}.
   *
   * @param seed the same seed gives the same loads
   * @param skew 0 for even loads, 1 for the published skew
   */
  record Synthetic(long seed, double skew) implements ExpertLoadSource {}

  /** Recorded loads; a relative path is already resolved against the scenario file. */
  record Recorded(Path path) implements ExpertLoadSource {
    /** Checks that there is a path. */
    public Recorded {
      requireNonNull(path);
    }
  }
}
