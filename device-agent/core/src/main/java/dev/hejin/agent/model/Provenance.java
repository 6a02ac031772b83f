package dev.hejin.agent.model;

/** Where a figure comes from, best first. */
public enum Provenance {
  MEASURED,
  DRIVER,
  OPERATOR,
  CATALOGUE,
  ASSUMED
}
