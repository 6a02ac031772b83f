package dev.hejin.lab.physics;

import dev.hejin.lab.chance.Normals;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Precision;

/**
 * Seconds that the experts of each layer take on each device of a stage, and the slowest of them in
 * one iteration.
 *
 * <p>Truth: each expert gets a random number of tokens, with the mean that routing gives it and a
 * variance of {@code mean + (spread x mean)^2 / texts}: chance of single tokens, and texts that
 * like some experts better. Drawing that for 256 experts in 58 layers of every iteration is what an
 * hour can not afford.
 *
 * <p>Method: a device's time is the sum of many experts' times, so it is taken for normal, with the
 * mean and the variance of the sum, both tabled over the number of tokens (a geometric grid, linear
 * between). Each iteration draws one deviate for each layer and device and takes the largest time.
 * Replicas of one expert on two devices are taken for independent. {@code ExpertTablesTest}
 * compares with tokens drawn one by one.
 *
 * <p>Complexity: O(devices) for a layer and iteration, without branches; O(slots x grid) when a
 * layer's placement or load changes.
 */
public final class ExpertTables {
  private static final int GRID = 20;

  private final int devices;
  private final double[] grid = new double[GRID];
  private final double logStep;

  /** By layer: mean seconds, variance by single tokens, variance by texts; row = grid point. */
  private final float[][] mean;

  private final float[][] single;
  private final float[][] texts;

  /** By layer and grid point: sum over devices of mean seconds over speed. */
  private final double[][] meanSum;

  /** By layer and grid point: longest of the devices' mean seconds over speed. */
  private final double[][] meanMost;

  /** By layer: tokens that the fullest device gets over the mean. */
  private final double[] skew;

  /** By layer: seconds of reading all weights, mean over devices. */
  private final double[] readSeconds;

  private final float[] seconds;

  ExpertTables(int layers, int devices, double mostTokens) {
    this.devices = devices;
    this.mean = new float[layers][];
    this.single = new float[layers][];
    this.texts = new float[layers][];
    this.meanSum = new double[layers][GRID];
    this.meanMost = new double[layers][GRID];
    this.skew = new double[layers];
    this.readSeconds = new double[layers];
    this.seconds = new float[devices];
    this.logStep = Math.log(Math.max(2, mostTokens)) / (GRID - 1);
    for (int g = 0; g < GRID; g++) {
      grid[g] = Math.exp(g * logStep);
    }
  }

  /** What an expert costs on a device, in seconds at its usual speed. */
  record ExpertCost(double readSeconds, double tokenSeconds, double padTokens, double moveSeconds) {
    static ExpertCost of(LayerSpec layer, int hidden, Precision precision, TrueRates rates) {
      double weights = layer.expertParameters();
      double inner = weights / 3.0 / hidden;
      // Rows in by 8 bits and out by 16, and the inner ones out and in again.
      double moved = 3.0 * hidden + 6.0 * inner;
      return new ExpertCost(
          weights * weightBytes(precision) / rates.memoryBytesPerSecond(),
          2 * weights / rates.ops(precision),
          rates.halfRateTokens(),
          moved / rates.memoryBytesPerSecond());
    }

    double seconds(double tokens) {
      double chosen = -Math.expm1(-tokens);
      double product = (tokens + padTokens * chosen) * tokenSeconds;
      return Math.max(chosen * readSeconds, product) + tokens * moveSeconds;
    }

    double slope(double tokens) {
      double step = 0.01 * tokens + 1e-3;
      return (seconds(tokens + step) - seconds(tokens)) / step;
    }
  }

  /** Bytes of one weight with its part of the block scale. */
  static double weightBytes(Precision precision) {
    return precision.bits() == 8 ? 1 + 4.0 / (128 * 128) : precision.bytesPerWeight();
  }

  /** Whether the layer has experts here. */
  boolean isSet(int layer) {
    return mean[layer] != null;
  }

  /**
   * Takes a layer's placement.
   *
   * @param device of each slot
   * @param share of the layer's routed tokens that each slot gets
   * @param cost of each device
   * @param expertsPerToken of the layer
   * @param spread of texts, see {@link ExpertTables}
   */
  void set(
      int layer,
      int[] device,
      double[] share,
      ExpertCost[] cost,
      int expertsPerToken,
      double spread) {
    float[] m = new float[GRID * devices];
    float[] s = new float[GRID * devices];
    float[] t = new float[GRID * devices];
    double[] got = new double[devices];
    double read = 0;
    for (int slot = 0; slot < device.length; slot++) {
      int d = device[slot];
      got[d] += share[slot];
      read += cost[d].readSeconds() / devices;
      for (int g = 0; g < GRID; g++) {
        double tokens = grid[g] * expertsPerToken * share[slot];
        double slope = cost[d].slope(tokens);
        double byText = slope * tokens * spread;
        m[g * devices + d] += (float) cost[d].seconds(tokens);
        s[g * devices + d] += (float) (slope * slope * tokens);
        t[g * devices + d] += (float) (byText * byText);
      }
    }
    mean[layer] = m;
    single[layer] = s;
    texts[layer] = t;
    double most = 0;
    for (double part : got) {
      most = Math.max(most, part * devices);
    }
    skew[layer] = most;
    readSeconds[layer] = read;
  }

  /** Speeds changed: sums and maxima over devices are made anew. */
  void sum(float[] inverseSpeed) {
    for (int layer = 0; layer < mean.length; layer++) {
      if (mean[layer] == null) {
        continue;
      }
      for (int g = 0; g < GRID; g++) {
        double sum = 0;
        double most = 0;
        for (int d = 0; d < devices; d++) {
          double seconds = mean[layer][g * devices + d] * inverseSpeed[d];
          sum += seconds;
          most = Math.max(most, seconds);
        }
        meanSum[layer][g] = sum;
        meanMost[layer][g] = most;
      }
    }
  }

  /** Tokens of the fullest device over the mean. */
  double skew(int layer) {
    return skew[layer];
  }

  double readSeconds(int layer) {
    return readSeconds[layer];
  }

  /** Row of the grid below a number of tokens. */
  int row(double tokens) {
    return tokens <= 1 ? 0 : Math.min(GRID - 2, (int) (Math.log(tokens) / logStep));
  }

  /** Part of the way to the next row; beyond the grid the last step goes on. */
  double part(int row, double tokens) {
    double from = row == 0 && tokens < 1 ? 0 : grid[row];
    return (tokens - from) / (grid[row + 1] - from);
  }

  /** Mean over devices of the expected seconds. */
  double meanSeconds(int layer, int row, double part) {
    double from = meanSum[layer][row];
    return (from + part * (meanSum[layer][row + 1] - from)) / devices;
  }

  /** Longest of the devices' expected seconds. */
  double mostSeconds(int layer, int row, double part) {
    double from = meanMost[layer][row];
    return from + part * (meanMost[layer][row + 1] - from);
  }

  /** Expected seconds of one device at its speed. */
  double expectedSeconds(int layer, int row, double part, int d, double inverseSpeed) {
    double from = mean[layer][row * devices + d];
    return (from + part * (mean[layer][(row + 1) * devices + d] - from)) * inverseSpeed;
  }

  /**
   * Seconds of the slowest device in one iteration.
   *
   * @param textWeight one over the number of texts
   * @param jitter deviation over mean of a device's own time
   * @param place in {@link Normals#table()}
   */
  float slowestSeconds(
      int layer,
      int row,
      float part,
      float textWeight,
      float jitter,
      float[] inverseSpeed,
      int place) {
    float[] m = mean[layer];
    float[] s = single[layer];
    float[] t = texts[layer];
    float[] normal = Normals.table();
    float[] out = seconds;
    int low = row * devices;
    int high = low + devices;
    float square = jitter * jitter;
    for (int d = 0; d < out.length; d++) {
      float expected = m[low + d] + part * (m[high + d] - m[low + d]);
      float variance =
          s[low + d]
              + part * (s[high + d] - s[low + d])
              + textWeight * (t[low + d] + part * (t[high + d] - t[low + d]))
              + square * expected * expected;
      out[d] = inverseSpeed[d] * (expected + (float) Math.sqrt(variance) * normal[place + d]);
    }
    float a = 0;
    float b = 0;
    float c = 0;
    float e = 0;
    int d = 0;
    for (; d + 3 < out.length; d += 4) {
      a = Math.max(a, out[d]);
      b = Math.max(b, out[d + 1]);
      c = Math.max(c, out[d + 2]);
      e = Math.max(e, out[d + 3]);
    }
    for (; d < out.length; d++) {
      a = Math.max(a, out[d]);
    }
    return Math.max(Math.max(a, b), Math.max(c, e));
  }
}
