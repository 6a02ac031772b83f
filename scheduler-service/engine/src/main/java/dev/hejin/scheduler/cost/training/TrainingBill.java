package dev.hejin.scheduler.cost.training;

/**
 * What a training run costs.
 *
 * @param steps optimizer steps
 * @param deviceHours of all devices together
 * @param usd at the rent of a device hour
 */
public record TrainingBill(double steps, double deviceHours, double usd) {
  private static final double SECONDS_PER_HOUR = 3600;

  /**
   * Adds a run up.
   *
   * @param tokens of the run
   * @param tokensPerStep batch size
   * @param stepSeconds of one step
   * @param devices at work
   * @param usdPerDeviceHour rent
   * @throws IllegalArgumentException when a number is not above 0
   */
  public static TrainingBill of(
      double tokens,
      double tokensPerStep,
      double stepSeconds,
      int devices,
      double usdPerDeviceHour) {
    if (!(tokens > 0)
        || !(tokensPerStep > 0)
        || !(stepSeconds > 0)
        || devices < 1
        || !(usdPerDeviceHour >= 0)) {
      throw new IllegalArgumentException(
          "training of "
              + tokens
              + " tokens, "
              + tokensPerStep
              + " a step of "
              + stepSeconds
              + " s on "
              + devices
              + " devices\nMaybe a number is 0.");
    }
    double steps = tokens / tokensPerStep;
    double hours = steps * stepSeconds * devices / SECONDS_PER_HOUR;
    return new TrainingBill(steps, hours, hours * usdPerDeviceHour);
  }
}
