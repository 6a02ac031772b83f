package dev.hejin.catalog.chip;

import static java.util.Objects.requireNonNull;

/**
 * The link between the devices of one node.
 *
 * @param kind the vendor's name for it, such as NVLink4 or HCCS
 * @param bytesPerSecond bandwidth of one device in one direction
 * @param directionNote what the source says about directions; empty when nothing
 */
public record Link(String kind, Figure bytesPerSecond, String directionNote) {

  /** Checks that nothing is null. */
  public Link {
    requireNonNull(kind);
    requireNonNull(bytesPerSecond);
    requireNonNull(directionNote);
  }
}
