package dev.hejin.catalog.chip;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Figures of one device that replace those of the catalogue. An unknown figure, an empty list and
 * an empty text replace nothing.
 *
 * @param memoryBytes memory
 * @param memoryBytesPerSecond memory bandwidth
 * @param linkBytesPerSecond link bandwidth, one direction
 * @param tdpWatts design power
 * @param pricePerHourUsd rent
 * @param peaks dense peaks; a precision with a peak counts as supported
 * @param supported all supported precisions; those not listed become unsupported
 * @param collectiveLibrary collective library
 */
public record ChipOverrides(
    Figure memoryBytes,
    Figure memoryBytesPerSecond,
    Figure linkBytesPerSecond,
    Figure tdpWatts,
    Figure pricePerHourUsd,
    Map<Precision, Figure> peaks,
    List<Precision> supported,
    String collectiveLibrary) {

  /** Checks and copies. */
  public ChipOverrides {
    requireNonNull(memoryBytes);
    requireNonNull(memoryBytesPerSecond);
    requireNonNull(linkBytesPerSecond);
    requireNonNull(tdpWatts);
    requireNonNull(pricePerHourUsd);
    Map<Precision, Figure> copy = new EnumMap<>(Precision.class);
    copy.putAll(peaks);
    peaks = Collections.unmodifiableMap(copy);
    supported = List.copyOf(supported);
    requireNonNull(collectiveLibrary);
  }

  /** Returns the facts with these figures in place of the old ones. */
  public ChipFacts applyTo(ChipFacts facts) {
    return new ChipFacts(
        facts.vendor(),
        facts.model(),
        facts.aliases(),
        facts.formFactor(),
        facts.devicesPerCard(),
        facts.memoryType(),
        first(memoryBytes, facts.memoryBytes()),
        first(memoryBytesPerSecond, facts.memoryBytesPerSecond()),
        precisions(facts),
        link(facts.link()),
        facts.pcie(),
        first(tdpWatts, facts.tdpWatts()),
        first(pricePerHourUsd, facts.pricePerHourUsd()),
        collectiveLibrary.isEmpty() ? facts.collectiveLibrary() : collectiveLibrary,
        facts.confidence(),
        facts.notes());
  }

  private Map<Precision, PrecisionFacts> precisions(ChipFacts facts) {
    Map<Precision, PrecisionFacts> result = new EnumMap<>(Precision.class);
    for (Precision precision : Precision.values()) {
      result.put(precision, precision(precision, facts));
    }
    return result;
  }

  private PrecisionFacts precision(Precision precision, ChipFacts facts) {
    Figure peak = peaks.getOrDefault(precision, Figure.UNKNOWN);
    if (peak.isKnown()) {
      return new PrecisionFacts(PrecisionFacts.Support.YES, peak);
    }
    if (supported.isEmpty()) {
      return new PrecisionFacts(
          facts.supports(precision), facts.peakOperationsPerSecond(precision));
    }
    return supported.contains(precision)
        ? new PrecisionFacts(PrecisionFacts.Support.YES, facts.peakOperationsPerSecond(precision))
        : PrecisionFacts.UNSUPPORTED;
  }

  private Link link(Link link) {
    return linkBytesPerSecond.isKnown()
        ? new Link(link.kind(), linkBytesPerSecond, "one direction, as the operator says")
        : link;
  }

  private static Figure first(Figure override, Figure published) {
    return override.isKnown() ? override : published;
  }
}
