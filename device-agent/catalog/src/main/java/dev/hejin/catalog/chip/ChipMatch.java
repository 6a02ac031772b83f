package dev.hejin.catalog.chip;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What the catalogue says to a reported name. */
public sealed interface ChipMatch {

  /** The name means exactly this chip. */
  record Found(ChipFacts facts) implements ChipMatch {
    /** Checks that the chip is there. */
    public Found {
      requireNonNull(facts);
    }
  }

  /** The name may mean any of these models. */
  record Ambiguous(List<String> candidates) implements ChipMatch {
    /** Copies. */
    public Ambiguous {
      candidates = List.copyOf(candidates);
    }
  }

  /** No chip has such a name; these are spelled most alike. */
  record NotFound(List<String> nearest) implements ChipMatch {
    /** Copies. */
    public NotFound {
      nearest = List.copyOf(nearest);
    }
  }
}
