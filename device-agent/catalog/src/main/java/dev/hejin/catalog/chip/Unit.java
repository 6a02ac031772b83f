package dev.hejin.catalog.chip;

/** The unit of a figure. */
public enum Unit {
  /** Bytes. */
  BYTES("B"),
  /** Bytes per second, one direction. */
  BYTES_PER_SECOND("B/s"),
  /** Dense operations per second; a multiply-add counts as two. */
  OPERATIONS_PER_SECOND("op/s"),
  /** Watts. */
  WATTS("W"),
  /** US dollars per hour. */
  USD_PER_HOUR("USD/h"),
  /** The unit of the unknown figure. */
  NONE("");

  private final String symbol;

  Unit(String symbol) {
    this.symbol = symbol;
  }

  /** Returns the short form for people. */
  public String symbol() {
    return symbol;
  }
}
