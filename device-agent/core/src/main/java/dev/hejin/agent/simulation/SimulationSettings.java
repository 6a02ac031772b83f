package dev.hejin.agent.simulation;

/**
 * What all simulated devices of a process share.
 *
 * @param seed of every random choice
 * @param timeScale times to load and release are divided by it; work is not
 * @param minimumStepSeconds no microbatch follows another sooner than this
 */
public record SimulationSettings(long seed, double timeScale, double minimumStepSeconds) {
  public static final SimulationSettings DEFAULT = new SimulationSettings(1, 1, 0.001);

  public SimulationSettings {
    if (!(timeScale > 0 && Double.isFinite(timeScale))) {
      throw new IllegalArgumentException(
          "timeScale is " + timeScale + ", not a positive number\nMaybe 1, which is real time");
    }
    if (!(minimumStepSeconds > 0 && Double.isFinite(minimumStepSeconds))) {
      throw new IllegalArgumentException(
          "minimumStepSeconds is " + minimumStepSeconds + ", not positive\nMaybe 0.001");
    }
  }
}
