package dev.hejin.scheduler.flow;

/** What a search maximises. */
interface Score {
  /**
   * The value of a plan, larger is better.
   *
   * @param start first layer of each device, -1 for none
   * @param end one past the last
   */
  double of(int[] start, int[] end);
}
