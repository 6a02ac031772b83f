package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Devices of one type that would be one stage together.
 *
 * @param type vendor and chip
 * @param members in pool order
 * @param tokenShares of the stage's tokens, proportional to achieved speed on attention and dense
 *     parts; sums to 1
 * @param precision of dense weights
 * @param expertPrecision of routed experts
 * @param tensorParallel neighbours that divide attention and dense layers between them, all on one
 *     node and with equal shares
 */
record DeviceSet(
    String type,
    List<Member> members,
    List<Double> tokenShares,
    Precision precision,
    Precision expertPrecision,
    int tensorParallel) {

  static DeviceSet of(
      String type,
      List<Member> members,
      Precision precision,
      Precision expertPrecision,
      StepCost step,
      int batchTokens) {
    return of(type, members, precision, expertPrecision, 1, step, batchTokens);
  }

  /** The same with so many neighbours as tensor parallel groups, each as fast as its slowest. */
  static DeviceSet of(
      String type,
      List<Member> members,
      Precision precision,
      Precision expertPrecision,
      int tensorParallel,
      StepCost step,
      int batchTokens) {
    double tokens = (double) batchTokens / members.size() * tensorParallel;
    double[] speed = new double[members.size()];
    double sum = 0;
    for (int d = 0; d < speed.length; d++) {
      double seconds = 0;
      for (LayerSpec layer : step.model().layers()) {
        seconds +=
            step.baseSeconds(layer, members.get(d).rates(), precision, tokens, tensorParallel);
      }
      speed[d] = 1 / seconds;
    }
    for (int d = 0; d < speed.length; d += tensorParallel) {
      double slowest = Arrays.stream(speed, d, d + tensorParallel).min().orElse(0);
      for (int its = d; its < d + tensorParallel; its++) {
        speed[its] = slowest;
        sum += slowest;
      }
    }
    List<Double> shares = new ArrayList<>();
    for (double each : speed) {
      shares.add(each / sum);
    }
    return new DeviceSet(
        type,
        List.copyOf(members),
        List.copyOf(shares),
        precision,
        expertPrecision,
        tensorParallel);
  }

  int size() {
    return members.size();
  }

  List<DeviceRates> rates() {
    return members.stream().map(Member::rates).toList();
  }

  List<String> deviceIds() {
    return members.stream().map(member -> member.device().id()).toList();
  }

  /** Collective library that they share. */
  String library() {
    return members.getFirst().device().collectiveLibrary();
  }

  /** Rent of all devices for an hour; NaN when one is unknown. */
  double pricePerHourUsd() {
    return members.stream().mapToDouble(m -> m.device().pricePerHourUsd().value()).sum();
  }

  StageCost cost(StepCost step, double[] shares, double tokens) {
    return new StageCost(
        step, rates(), nodes(), shares, precision, expertPrecision, tokens, tensorParallel);
  }

  /** Number of each device's node in the pool. */
  int[] nodes() {
    return members.stream().mapToInt(Member::node).toArray();
  }

  double[] shares() {
    return tokenShares.stream().mapToDouble(Double::doubleValue).toArray();
  }

  String describe() {
    return size() + " x " + type;
  }
}
