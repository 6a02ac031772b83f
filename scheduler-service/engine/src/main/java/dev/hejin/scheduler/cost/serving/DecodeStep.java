package dev.hejin.scheduler.cost.serving;

/**
 * One decode step, in seconds.
 *
 * @param sequences that a data-parallel group really decodes at once: what its memory holds
 * @param held sequences that all groups hold at once
 * @param launches of kernels, scheduling and sampling
 * @param dense weights outside routed experts
 * @param experts routed experts
 * @param attention reading caches
 * @param exchange between devices
 */
public record DecodeStep(
    double sequences,
    double held,
    double launches,
    double dense,
    double experts,
    double attention,
    double exchange) {
  public double seconds() {
    return launches + dense + experts + attention + exchange;
  }
}
