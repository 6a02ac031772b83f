package dev.hejin.catalog.chip;

/** How a figure came about. */
public enum Provenance {
  /** Somebody ran it on such a device. */
  MEASURED,
  /** The driver of such a device reports it. */
  DRIVER,
  /** A data sheet or a published table says so; also that of an unknown figure. */
  CATALOGUE,
  /** The operator wrote it into the pool file. */
  OPERATOR,
  /** Derived or guessed from other figures. */
  ASSUMED
}
