package dev.hejin.catalog.chip;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is known about one device of a chip. Cards that their driver shows as two devices are
 * already divided by two.
 *
 * @param vendor the vendor as the catalogue writes it
 * @param model the model as the catalogue writes it
 * @param aliases other names
 * @param formFactor such as SXM5, OAM or PCIe
 * @param devicesPerCard devices that the driver shows for one card
 * @param memoryType such as HBM3
 * @param memoryBytes memory in bytes
 * @param memoryBytesPerSecond memory bandwidth
 * @param precisions support and peak of every precision
 * @param link the link inside a node
 * @param pcie PCIe generation and lanes as text
 * @param tdpWatts design power
 * @param pricePerHourUsd rent in USD/h
 * @param collectiveLibrary such as NCCL; "unknown" when it is
 * @param confidence of the bare figures
 * @param notes where sources disagree
 */
public record ChipFacts(
    String vendor,
    String model,
    List<String> aliases,
    String formFactor,
    int devicesPerCard,
    String memoryType,
    Figure memoryBytes,
    Figure memoryBytesPerSecond,
    Map<Precision, PrecisionFacts> precisions,
    Link link,
    String pcie,
    Figure tdpWatts,
    Figure pricePerHourUsd,
    String collectiveLibrary,
    Confidence confidence,
    String notes) {

  /** Checks, copies, and fills missing precisions with unknown. */
  public ChipFacts {
    requireNonNull(vendor);
    requireNonNull(model);
    aliases = List.copyOf(aliases);
    requireNonNull(formFactor);
    if (devicesPerCard < 1) {
      throw new IllegalArgumentException(
          "devicesPerCard is %d.\nMaybe 1 was meant.".formatted(devicesPerCard));
    }
    requireNonNull(memoryType);
    requireNonNull(memoryBytes);
    requireNonNull(memoryBytesPerSecond);
    precisions = complete(precisions);
    requireNonNull(link);
    requireNonNull(pcie);
    requireNonNull(tdpWatts);
    requireNonNull(pricePerHourUsd);
    requireNonNull(collectiveLibrary);
    requireNonNull(confidence);
    requireNonNull(notes);
  }

  /** Returns the dense peak in a precision; unknown when it is unsupported or not published. */
  public Figure peakOperationsPerSecond(Precision precision) {
    return facts(precision).peakOperationsPerSecond();
  }

  /** Tells whether the device computes in a precision. */
  public PrecisionFacts.Support supports(Precision precision) {
    return facts(precision).support();
  }

  private PrecisionFacts facts(Precision precision) {
    return requireNonNull(precisions.get(precision));
  }

  private static Map<Precision, PrecisionFacts> complete(Map<Precision, PrecisionFacts> given) {
    Map<Precision, PrecisionFacts> all = new EnumMap<>(Precision.class);
    for (Precision precision : Precision.values()) {
      all.put(precision, PrecisionFacts.UNKNOWN);
    }
    all.putAll(given);
    return Collections.unmodifiableMap(all);
  }
}
