package dev.hejin.scheduler.bias;

/**
 * Keeps the routing bias of every expert of a model in training.
 *
 * <p>After each step the bias of an expert that got more tokens than the mean of its layer falls by
 * the update speed, that of one that got fewer rises by it; at the mean it stays: b += u x
 * sign(mean - load). A router adds b to the affinities when it picks its top experts, and to
 * nothing else: the gate's weights come from the bare affinities. Sources: DeepSeek-V3, arXiv
 * 2412.19437, section 2.1.2 (update speed 0.001, and 0 for the last part of the training);
 * Loss-Free Balancing, arXiv 2408.15664, algorithm 1 and section 4 (MaxVio).
 *
 * <p>Biases have no unit and are compared with affinities. Not safe for several threads at once.
 * Complexity: O(layers x experts) a step.
 */
public final class BiasController {
  /** Update speed of DeepSeek-V3. */
  public static final double DEFAULT_UPDATE_SPEED = 0.001;

  private static final int MAX_CELLS = 1 << 20;

  private final double[][] bias;
  private double updateSpeed;

  /**
   * Starts with no bias.
   *
   * @param layers MoE layers, at least 1
   * @param experts routed experts of each, at least 2
   * @param updateSpeed change of a bias in a step; finite, from 0 up
   * @throws InvalidBiasException naming field, value and likely fix
   */
  public BiasController(int layers, int experts, double updateSpeed) {
    this(new double[Math.max(0, checkShape(layers, experts))][experts], updateSpeed);
  }

  /**
   * Goes on from the biases of a checkpoint: layers x experts.
   *
   * @throws InvalidBiasException naming field, value and likely fix
   */
  public BiasController(double[][] initialBias, double updateSpeed) {
    int experts = initialBias.length == 0 ? 0 : initialBias[0].length;
    checkShape(initialBias.length, experts);
    bias = new double[initialBias.length][];
    for (int l = 0; l < bias.length; l++) {
      bias[l] = initialBias[l].clone();
      require(
          bias[l].length == experts,
          "initial_bias[" + l + "].length",
          bias[l].length,
          "layer 0 has " + experts + " experts");
      for (int e = 0; e < experts; e++) {
        require(
            Double.isFinite(bias[l][e]),
            "initial_bias[" + l + "][" + e + "]",
            bias[l][e],
            "not finite");
      }
    }
    this.updateSpeed = checkSpeed(updateSpeed);
  }

  private static int checkShape(int layers, int experts) {
    require(layers >= 1, "layers", layers, "not positive");
    require(experts >= 2, "experts", experts, "under 2: nothing to balance");
    require(
        (long) layers * experts <= MAX_CELLS,
        "layers",
        layers + " x " + experts + " experts",
        "over " + MAX_CELLS + " biases");
    return layers;
  }

  private static double checkSpeed(double value) {
    require(
        value >= 0 && value < Double.POSITIVE_INFINITY,
        "update_speed",
        value,
        "not a finite number from 0 up");
    return value;
  }

  /** MoE layers. */
  public int layers() {
    return bias.length;
  }

  /** Routed experts of each layer. */
  public int experts() {
    return bias[0].length;
  }

  /** Change of a bias in a step. */
  public double updateSpeed() {
    return updateSpeed;
  }

  /**
   * Changes the update speed from the next step on; 0 holds the biases, as at the end of training.
   */
  public void setUpdateSpeed(double value) {
    updateSpeed = checkSpeed(value);
  }

  /** The biases, layers x experts; a copy. */
  public double[][] bias() {
    double[][] copy = new double[bias.length][];
    for (int l = 0; l < copy.length; l++) {
      copy[l] = bias[l].clone();
    }
    return copy;
  }

  /**
   * Takes the loads of one step and moves every bias; nothing changes when a load is refused.
   *
   * @param loads layers x experts: tokens that chose the expert, over the whole batch; a layer
   *     without tokens keeps its biases
   * @throws InvalidBiasException naming field, value and likely fix
   */
  public void step(double[][] loads) {
    check(loads);
    for (int l = 0; l < bias.length; l++) {
      double mean = mean(loads[l]);
      for (int e = 0; e < bias[l].length; e++) {
        bias[l][e] += updateSpeed * Math.signum(mean - loads[l][e]);
      }
    }
  }

  private void check(double[][] loads) {
    require(
        loads.length == layers(),
        "loads.length",
        loads.length,
        "there are " + layers() + " layers");
    for (int l = 0; l < loads.length; l++) {
      require(
          loads[l].length == experts(),
          "loads[" + l + "].length",
          loads[l].length,
          "there are " + experts() + " experts");
      for (int e = 0; e < loads[l].length; e++) {
        require(
            loads[l][e] >= 0 && loads[l][e] < Double.POSITIVE_INFINITY,
            "loads[" + l + "][" + e + "]",
            loads[l][e],
            "a load is a finite number from 0 up");
      }
    }
  }

  /** MaxVio of one layer: most load over mean load, less 1; 0 is perfect, also without tokens. */
  public static double maxViolation(double[] loads) {
    double mean = mean(loads);
    double most = 0;
    for (double load : loads) {
      most = Math.max(most, load);
    }
    return mean > 0 ? most / mean - 1 : 0;
  }

  private static double mean(double[] loads) {
    double sum = 0;
    for (double load : loads) {
      sum += load;
    }
    return sum / loads.length;
  }

  private static void require(boolean ok, String field, Object value, String reason) {
    if (!ok) {
      throw new InvalidBiasException(field, String.valueOf(value), reason);
    }
  }
}
