package dev.hejin.scheduler.cost.fit;

/**
 * One positive parameter of a cost curve.
 *
 * @param name as in the parameter file
 * @param prior what it is without measurements, above 0
 * @param spread how far measurements may move its logarithm at the cost of one residual
 * @param meaning what it is, with its unit; stands beside it in the parameter file
 */
public record Parameter(String name, double prior, double spread, String meaning) {
  public Parameter {
    if (!(prior > 0) || !(spread > 0)) {
      throw new IllegalArgumentException(
          "parameter " + name + ": prior " + prior + ", spread " + spread + ", not above 0");
    }
  }
}
