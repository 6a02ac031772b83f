package dev.hejin.scheduler.cost;

import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Workload;
import java.util.Arrays;
import java.util.List;

/**
 * What no placement can exceed under this cost model: the work of a step divided perfectly over all
 * devices, without exchanges, hops, overheads or memory limits.
 *
 * <p>Parts of the work (attention projections, attention core, dense part and experts of each
 * layer, the head) may be split freely, part j taking a_jd seconds when device d does all of it.
 * The least time T is a linear program; by weak duality, any weights w of the devices that sum to 1
 * give {@code T >= sum over parts of min over devices (w_d a_jd)}. Start: w_d proportional to 1 /
 * sum_j a_jd; a bounded number of multiplicative steps then improves the weights. Every choice of w
 * is a true bound, so stopping early is safe.
 */
public final class ThroughputBound {
  private static final int STEPS = 60;

  /**
   * Equal devices.
   *
   * @param rates of one of them
   * @param count how many
   * @param precisions formats that dense weights may have there
   * @param expertPrecisions formats that experts may have there
   */
  public record Devices(
      DeviceRates rates, int count, List<Precision> precisions, List<Precision> expertPrecisions) {}

  private ThroughputBound() {}

  /**
   * Tokens a second that no placement exceeds.
   *
   * @param devices at least one
   * @param load layers x experts, shares of the routed tokens
   */
  public static double tokensPerSecond(
      ModelSpec model, Workload workload, double[][] load, List<Devices> devices) {
    double[][] work = work(model, workload, load, devices);
    double[] weight = new double[devices.size()];
    for (int d = 0; d < weight.length; d++) {
      double total = 0;
      for (double[] part : work) {
        total += part[d];
      }
      weight[d] = 1 / total;
    }
    double best = 0;
    for (int step = 0; step < STEPS; step++) {
      normalise(weight, devices);
      double[] taken = new double[weight.length];
      best = Math.max(best, dual(work, weight, taken));
      double sum = 0;
      for (int d = 0; d < taken.length; d++) {
        taken[d] /= devices.get(d).count();
        sum += taken[d] * devices.get(d).count() * weight[d];
      }
      for (int d = 0; d < taken.length; d++) {
        double relative = sum > 0 ? taken[d] / sum : 1;
        weight[d] *= Math.exp(0.5 / (1 + step) * Math.min(2, relative - 1));
      }
    }
    return workload.batchTokens() / best;
  }

  /** Value of the dual; adds to {@code taken} the seconds that each kind of device is given. */
  private static double dual(double[][] work, double[] weight, double[] taken) {
    double sum = 0;
    for (double[] part : work) {
      int least = 0;
      for (int d = 1; d < weight.length; d++) {
        if (weight[d] * part[d] < weight[least] * part[least]) {
          least = d;
        }
      }
      taken[least] += part[least];
      sum += weight[least] * part[least];
    }
    return sum;
  }

  private static void normalise(double[] weight, List<Devices> devices) {
    double sum = 0;
    for (int d = 0; d < weight.length; d++) {
      sum += weight[d] * devices.get(d).count();
    }
    for (int d = 0; d < weight.length; d++) {
      weight[d] /= sum;
    }
  }

  private static double[][] work(
      ModelSpec model, Workload workload, double[][] load, List<Devices> devices) {
    StepCost step = new StepCost(model, workload);
    double tokens = workload.batchTokens();
    int parts = 4;
    double[][] work = new double[model.layers().size() * parts + 1][devices.size()];
    for (int d = 0; d < devices.size(); d++) {
      DeviceRates rates = devices.get(d).rates();
      for (LayerSpec layer : model.layers()) {
        double[] projection = work[layer.index() * parts];
        double[] dense = work[layer.index() * parts + 1];
        double[] experts = work[layer.index() * parts + 2];
        projection[d] = Double.POSITIVE_INFINITY;
        dense[d] = Double.POSITIVE_INFINITY;
        for (Precision p : devices.get(d).precisions()) {
          projection[d] = Math.min(projection[d], step.projectionSeconds(layer, rates, p, tokens));
          dense[d] = Math.min(dense[d], step.denseSeconds(layer, rates, p, tokens));
        }
        work[layer.index() * parts + 3][d] = step.coreSeconds(layer, rates, tokens);
        if (layer.isMoe()) {
          experts[d] = Double.POSITIVE_INFINITY;
          double routed = tokens * layer.expertsPerToken();
          double touched =
              Arrays.stream(load[layer.index()]).map(s -> StepCost.touched(s * routed)).sum();
          for (Precision p : devices.get(d).expertPrecisions()) {
            double seconds =
                touched * step.expertReadSeconds(layer, rates, p)
                    + routed * step.expertTokenSeconds(layer, rates, p);
            experts[d] = Math.min(experts[d], seconds);
          }
        }
      }
      work[work.length - 1][d] = step.headSeconds(rates, tokens);
    }
    return work;
  }
}
