package dev.hejin.client.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Predicted against measured values, in groups of configurations that one would choose from. */
final class ErrorStatistics {
  private static final int FEWEST_TO_RANK = 4;
  private static final double SAME = 1e-9;

  private final List<double[]> pairs = new ArrayList<>();
  private final Map<String, List<double[]>> groups = new TreeMap<>();

  /** Adds a measurement with what was predicted without it. */
  void add(String group, double predicted, double measured) {
    double[] pair = {predicted, measured};
    pairs.add(pair);
    groups.computeIfAbsent(group, ignored -> new ArrayList<>()).add(pair);
  }

  int count() {
    return pairs.size();
  }

  List<double[]> pairs() {
    return pairs;
  }

  /** Median of |predicted / measured - 1|. */
  double medianError() {
    return quantile(pairs.stream().mapToDouble(p -> Math.abs(p[0] / p[1] - 1)).toArray(), 0.5);
  }

  /** 90th percentile of |predicted / measured - 1|. */
  double tailError() {
    return quantile(pairs.stream().mapToDouble(p -> Math.abs(p[0] / p[1] - 1)).toArray(), 0.9);
  }

  /** Median of predicted / measured - 1: above 0 is too slow. */
  double bias() {
    return quantile(pairs.stream().mapToDouble(p -> p[0] / p[1] - 1).toArray(), 0.5);
  }

  /** Kendall's tau-b within groups of at least four, averaged over them; NaN without any. */
  double rankCorrelation() {
    double sum = 0;
    int counted = 0;
    for (List<double[]> group : groups.values()) {
      if (group.size() >= FEWEST_TO_RANK) {
        double tau = kendall(group);
        if (!Double.isNaN(tau)) {
          sum += tau;
          counted++;
        }
      }
    }
    return counted == 0 ? Double.NaN : sum / counted;
  }

  /**
   * How much slower the configuration with the lowest prediction is than the best one of its group,
   * averaged over groups with a choice; NaN without any. Measurements with one prediction are of
   * one configuration and are averaged.
   */
  double regret() {
    double sum = 0;
    int counted = 0;
    for (List<double[]> group : groups.values()) {
      TreeMap<Double, double[]> configurations = new TreeMap<>();
      for (double[] pair : group) {
        double[] total = configurations.computeIfAbsent(pair[0], ignored -> new double[2]);
        total[0] += pair[1];
        total[1]++;
      }
      if (configurations.size() < 2) {
        continue;
      }
      double best = Double.POSITIVE_INFINITY;
      for (double[] total : configurations.values()) {
        best = Math.min(best, total[0] / total[1]);
      }
      double[] chosen = configurations.firstEntry().getValue();
      sum += chosen[0] / chosen[1] / best - 1;
      counted++;
    }
    return counted == 0 ? Double.NaN : sum / counted;
  }

  private static double kendall(List<double[]> group) {
    long agree = 0;
    long differ = 0;
    long predictedTies = 0;
    long measuredTies = 0;
    for (int i = 0; i < group.size(); i++) {
      for (int j = i + 1; j < group.size(); j++) {
        int predicted = compare(group.get(i)[0], group.get(j)[0]);
        int measured = compare(group.get(i)[1], group.get(j)[1]);
        if (predicted == 0 && measured == 0) {
          continue;
        }
        if (predicted == 0) {
          predictedTies++;
        } else if (measured == 0) {
          measuredTies++;
        } else if (predicted == measured) {
          agree++;
        } else {
          differ++;
        }
      }
    }
    double ordered = agree + differ;
    return (agree - differ) / Math.sqrt((ordered + predictedTies) * (ordered + measuredTies));
  }

  private static int compare(double left, double right) {
    return Math.abs(left - right) <= SAME * Math.abs(right) ? 0 : Double.compare(left, right);
  }

  private static double quantile(double[] values, double share) {
    if (values.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(values);
    double place = share * (values.length - 1);
    int low = (int) place;
    int high = Math.min(values.length - 1, low + 1);
    return values[low] + (place - low) * (values[high] - values[low]);
  }
}
