package dev.hejin.catalog.chip;

/** How far a figure can be trusted. */
public enum Confidence {
  /** Primary source, or several that agree. */
  A,
  /** One good source. */
  B,
  /** Secondary sources. */
  C,
  /** Weak, or nothing known. */
  D
}
