package dev.hejin.agent.probe;

/**
 * Finds the devices of one vendor and tells what they are and how they do.
 *
 * <p>Promises, held by one contract test for all vendors: never throws; figures that nobody told
 * are absent, never zero; a tool that is missing is no problem, a tool that fails is told as one;
 * keys stay the same from call to call while the devices do.
 */
public interface Probe {
  /** As the catalogue writes it, for example "Moore Threads". */
  String vendor();

  /** Which devices there are, all that is known of them, and how they are linked. */
  Inventory discover();

  /** The figures that move, asked in the cheapest way. May know less than {@link #discover()}. */
  Inventory sample();
}
