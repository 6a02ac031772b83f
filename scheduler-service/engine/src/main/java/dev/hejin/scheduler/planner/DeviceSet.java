package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.ApartCost;
import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Devices that would be one stage together: of one type; of two types of which the first has
 * attention and the second the routed experts; or of two types whose libraries a bridge joins.
 *
 * @param type vendor and chip of the first
 * @param members in pool order
 * @param tokenShares of the stage's tokens, proportional to achieved speed on attention and dense
 *     parts; sums to 1
 * @param precision of dense weights
 * @param expertPrecision of routed experts
 * @param tensorParallel neighbours that divide attention and dense layers between them, all on one
 *     node and with equal shares
 * @param expertDevices the last so many members hold routed experts and nothing else; 0: each
 *     member holds both
 * @param bridge between the libraries of both; null where they share one
 */
record DeviceSet(
    String type,
    List<Member> members,
    List<Double> tokenShares,
    Precision precision,
    Precision expertPrecision,
    int tensorParallel,
    int expertDevices,
    @Nullable Bridge bridge) {

  /** Devices of which each holds its part of everything. */
  DeviceSet(
      String type,
      List<Member> members,
      List<Double> tokenShares,
      Precision precision,
      Precision expertPrecision,
      int tensorParallel) {
    this(type, members, tokenShares, precision, expertPrecision, tensorParallel, 0, null);
  }

  /** Attention on some devices, routed experts on others. */
  static DeviceSet apart(DeviceSet attention, DeviceSet experts, @Nullable Bridge bridge) {
    List<Member> members = new ArrayList<>(attention.members());
    members.addAll(experts.members());
    List<Double> shares = new ArrayList<>(attention.tokenShares());
    experts.members().forEach(member -> shares.add(0.0));
    return new DeviceSet(
        attention.type(),
        List.copyOf(members),
        List.copyOf(shares),
        attention.precision(),
        experts.expertPrecision(),
        1,
        experts.size(),
        bridge);
  }

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

  /** The same in other formats. */
  DeviceSet with(Precision dense, Precision experts) {
    return new DeviceSet(
        type, members, tokenShares, dense, experts, tensorParallel, expertDevices, bridge);
  }

  boolean isApart() {
    return expertDevices > 0;
  }

  /** How many members, from the first on, hold attention. */
  int attentionDevices() {
    return size() - expertDevices;
  }

  /** The members that hold attention. */
  DeviceSet attention() {
    return new DeviceSet(
        type,
        members.subList(0, attentionDevices()),
        tokenShares.subList(0, attentionDevices()),
        precision,
        expertPrecision,
        tensorParallel);
  }

  /** The members that hold the routed experts, of a set that has them apart. */
  DeviceSet experts() {
    List<Member> its = members.subList(attentionDevices(), size());
    return new DeviceSet(
        its.getFirst().device().type(),
        its,
        Collections.nCopies(its.size(), 1.0 / its.size()),
        expertPrecision,
        expertPrecision,
        1);
  }

  /**
   * Seconds of a set that has experts apart.
   *
   * @param shares of the attention devices
   */
  ApartCost apartCost(StepCost step, double[] shares, double tokens, int parts) {
    DeviceSet attention = attention();
    DeviceSet experts = experts();
    return new ApartCost(
        step,
        new ApartCost.Side(attention.rates(), attention.nodes(), precision),
        new ApartCost.Side(experts.rates(), experts.nodes(), expertPrecision),
        shares,
        tokens,
        parts,
        bridge);
  }

  /** Number of each device's node in the pool. */
  int[] nodes() {
    return members.stream().mapToInt(Member::node).toArray();
  }

  double[] shares() {
    return tokenShares.stream().mapToDouble(Double::doubleValue).toArray();
  }

  String describe() {
    String first = describe(members.subList(0, attentionDevices()));
    return isApart()
        ? first + ", experts on " + describe(members.subList(attentionDevices(), size()))
        : first;
  }

  private static String describe(List<Member> members) {
    Map<String, Integer> types = new LinkedHashMap<>();
    members.forEach(member -> types.merge(member.device().type(), 1, Integer::sum));
    return types.entrySet().stream()
        .map(each -> each.getValue() + " x " + each.getKey())
        .collect(Collectors.joining(" + "));
  }
}
