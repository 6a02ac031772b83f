package dev.hejin.scheduler.app.port;

/** What an agent says became of an order. */
public enum OrderOutcome {
  /** It took effect. */
  DONE,
  /** Nothing was changed. */
  REFUSED,
  /** It failed and nobody knows how far it came: the device surely has only what it had left. */
  UNSURE
}
