package dev.hejin.scheduler.cost.serving;

/**
 * How uneven the work of devices is that have experts of their own, because of the chance of single
 * steps: tokens choose experts at random, and those of one text choose alike ({@link
 * TextClumping}). Every device has as many experts, none is there twice.
 *
 * @param devices that divide the experts
 * @param experts of a layer
 * @param expertsPerToken that one token is sent to
 */
record UnevenExperts(int devices, int experts, int expertsPerToken) {

  static UnevenExperts of(ServingCase given, Layout layout) {
    int devices = given.even() ? 1 : layout.expertParallel();
    return new UnevenExperts(devices, given.model().experts(), given.model().expertsPerToken());
  }

  /**
   * Tokens of the fullest device over the mean.
   *
   * @param expected the same of mean loads
   * @param tokens of a step
   * @param texts that they belong to
   */
  double skew(double expected, double tokens, double texts) {
    if (devices == 1) {
      return 1;
    }
    double variance =
        devices * (1 / (tokens * expertsPerToken) + TextClumping.ofTexts(texts) / experts);
    return Math.min(devices, expected + LargestDeviate.of(devices) * Math.sqrt(variance));
  }

  /**
   * Experts that the fullest of {@code groups} devices has to read.
   *
   * @param groups as which all experts are divided
   * @param chance that one is needed
   */
  double touched(int groups, double chance) {
    double held = (double) experts / groups;
    double deviation = Math.sqrt(held * chance * (1 - chance));
    return Math.min(held, held * chance + LargestDeviate.of(devices) * deviation);
  }
}
