package dev.hejin.lab.measure;

import java.util.ArrayList;
import java.util.List;

/** Sums and counts over equal stretches of time. */
final class Bins {
  private final double width;
  private final double[] sum;
  private final double[] weight;

  Bins(double duration, int most) {
    this.width = Math.max(1, Math.ceil(duration / most));
    int count = (int) Math.ceil(duration / width);
    this.sum = new double[count];
    this.weight = new double[count];
  }

  void add(double seconds, double value, double weighing) {
    int at = Math.min(sum.length - 1, (int) (seconds / width));
    sum[at] += value * weighing;
    weight[at] += weighing;
  }

  double width() {
    return width;
  }

  List<Double> times() {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < sum.length; i++) {
      times.add(i * width);
    }
    return times;
  }

  /** Sums for each second. */
  List<Double> rates() {
    List<Double> rates = new ArrayList<>();
    for (double each : sum) {
      rates.add(each / width);
    }
    return rates;
  }

  /** Times and means of those stretches that have any. */
  List<List<Double>> means() {
    List<Double> times = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    for (int i = 0; i < sum.length; i++) {
      if (weight[i] > 0) {
        times.add(i * width);
        means.add(sum[i] / weight[i]);
      }
    }
    return List.of(times, means);
  }
}
