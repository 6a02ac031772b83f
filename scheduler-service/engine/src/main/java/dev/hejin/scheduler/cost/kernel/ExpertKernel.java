package dev.hejin.scheduler.cost.kernel;

import dev.hejin.scheduler.cost.fit.Parameter;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import java.util.ArrayList;
import java.util.List;

/**
 * Seconds of the routed experts of one layer on one device:
 *
 * <pre>
 * launch sqrt(hidden / 4096)
 *   + sum over experts with tokens of max(weight bytes / memory rate, 6 hidden inter (n + tile) / rate)
 *   + (moved per assignment x assignments + moved per token x tokens x topK) x width / memory rate
 * </pre>
 *
 * <p>The roofline of each grouped product (Williams et al. 2009) with a tile that even one token
 * fills; rates are shares of the catalogue's peaks. Weights that fit in the last-level cache of a
 * kernel that runs again and again are not read again.
 */
public final class ExpertKernel {
  /** Families of formats: 16-bit, plain 8-bit, block-scaled. */
  private static final String[] FAMILY = {"wide", "fp8", "block"};

  private static final int LAUNCH = 0;
  private static final int EFFICIENCY = 3;
  private static final int TILE = 6;
  private static final int MOVED = 9;
  private static final int MEMORY = 12;
  private static final int CACHE = 13;
  private static final int MOVED_GLOBAL = 14;
  private static final double REFERENCE_WIDTH = 4096;

  private static final List<Parameter> PARAMETERS = parameters();

  private final ParameterValues values;

  public ExpertKernel(ParameterValues values) {
    this.values = values;
  }

  /** What a calibration fits. */
  public static List<Parameter> fitted() {
    return PARAMETERS;
  }

  private static List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    double[][] priors = {{25e-6, 25e-6, 28e-6}, {0.62, 0.52, 0.38}, {64, 64, 64}, {3, 4, 5}};
    double[] spreads = {0.7, 0.4, 0.7, 0.7};
    String[] names = {"launch", "efficiency", "tile", "moved"};
    String[] meanings = {
      "s before the first product",
      "share of peak operations",
      "tokens that each product is padded by",
      "times an assignment's rows are moved"
    };
    for (int kind = 0; kind < names.length; kind++) {
      for (int family = 0; family < FAMILY.length; family++) {
        String name = names[kind] + "." + FAMILY[family];
        all.add(new Parameter(name, priors[kind][family], spreads[kind], meanings[kind]));
      }
    }
    all.add(new Parameter("memory", 0.85, 0.2, "share of peak memory bandwidth"));
    all.add(new Parameter("cache", 0.7, 0.5, "share of the cache that holds weights"));
    all.add(
        new Parameter("moved.global", 0.1, 2, "times rows are moved for experts held elsewhere"));
    return List.copyOf(all);
  }

  /**
   * @param tokens of the whole expert-parallel group
   * @param spread of the fullest device's tokens
   */
  public double seconds(
      KernelDevice device,
      ExpertFormat format,
      ExpertLayer layer,
      int tokens,
      TokenHistogram spread) {
    int family = format.family();
    double touched = spread.touched();
    double expertBytes = layer.weights() * format.bytesPerWeight();
    double memory = device.memoryBytesPerSecond() * values.get(MEMORY);
    double cached =
        values.get(CACHE) * device.cacheBytes() / (expertBytes * Math.max(touched, 0.1));
    double read = expertBytes / (1 + cached * cached * cached * cached) / memory;
    double rate = format.peak(device) * values.get(EFFICIENCY + family);
    double perToken = 2 * layer.weights() / rate;
    double tile = values.get(TILE + family);
    double products = 0;
    double[] experts = spread.experts();
    double[] each = spread.tokens();
    for (int bin = 0; bin < experts.length; bin++) {
      products += experts[bin] * Math.max(read, perToken * (each[bin] + tile));
    }
    double width = 2.0 * layer.hidden() + 2.0 * layer.inter() / layer.tensorParallel();
    double moved =
        values.get(MOVED + family) * spread.assignments()
            + values.get(MOVED_GLOBAL) * tokens * layer.topK();
    double launch = values.get(LAUNCH + family) * Math.sqrt(layer.hidden() / REFERENCE_WIDTH);
    return launch + products + moved * width / memory;
  }

  /** Seconds under the spread that is fastest. */
  public double seconds(
      KernelDevice device,
      ExpertFormat format,
      ExpertLayer layer,
      int tokens,
      List<TokenHistogram> spreads) {
    double best = Double.POSITIVE_INFINITY;
    for (TokenHistogram spread : spreads) {
      best = Math.min(best, seconds(device, format, layer, tokens, spread));
    }
    return best;
  }
}
