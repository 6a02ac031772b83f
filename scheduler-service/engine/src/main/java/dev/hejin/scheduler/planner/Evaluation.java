package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.ApartCost;
import dev.hejin.scheduler.cost.Assumptions;
import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.StagePlacement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the cost model says of a placement as it is, under a load and speeds that it may not have
 * been made for. A plan that the {@link Planner} made, evaluated under the request that it was made
 * from, takes the time that its prediction says.
 *
 * @param stageSeconds of one microbatch, in pipeline order
 * @param tokensPerSecond 0 when a device of the placement is not in the pool
 * @param deviceSeconds device id to its own seconds for one microbatch: attention, dense parts and
 *     routed experts over the stage's layers, without exchanges, head and waiting
 * @param expertSeconds device id to the part of these that routed experts take
 */
public record Evaluation(
    List<Double> stageSeconds,
    double tokensPerSecond,
    NavigableMap<String, Double> deviceSeconds,
    NavigableMap<String, Double> expertSeconds) {

  public Evaluation {
    stageSeconds = List.copyOf(stageSeconds);
    deviceSeconds = Collections.unmodifiableNavigableMap(new TreeMap<>(deviceSeconds));
    expertSeconds = Collections.unmodifiableNavigableMap(new TreeMap<>(expertSeconds));
  }

  private record Seat(Device device, Node node, int number) {}

  /**
   * Evaluates.
   *
   * @param request model, pool with speeds, workload and load; its placement in force is not read
   */
  public static Evaluation of(PlanRequest request, Placement placement) {
    TreeMap<String, Seat> seats = new TreeMap<>();
    int number = 0;
    for (Node node : request.pool().nodes()) {
      for (Device device : node.devices()) {
        seats.put(device.id(), new Seat(device, node, number));
      }
      number++;
    }
    int batch = request.workload().batchTokens();
    int stages = placement.stages().size();
    int microbatches = Math.max(1, Math.min(stages, batch));
    StepCost step =
        new StepCost(request.model(), request.workload())
            .withRedundancy(request.options().redundantExpertShare());
    List<Double> seconds = new ArrayList<>();
    TreeMap<String, Double> devices = new TreeMap<>();
    TreeMap<String, Double> experts = new TreeMap<>();
    for (StagePlacement stage : placement.stages()) {
      if (!seats.keySet().containsAll(stage.deviceIds())) {
        return new Evaluation(List.of(), 0, new TreeMap<>(), new TreeMap<>());
      }
      double tokens = (double) batch / microbatches;
      seconds.add(
          stage.isApart()
              ? apart(request, step, stage, seats, tokens, devices, experts)
              : stage(request, cost(request, step, stage, seats, tokens), stage, devices, experts));
    }
    double slowest = seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    double sum = seconds.stream().mapToDouble(Double::doubleValue).sum();
    double stepSeconds = Math.max(microbatches * slowest, sum);
    return new Evaluation(seconds, stepSeconds > 0 ? batch / stepSeconds : 0, devices, experts);
  }

  private static double stage(
      PlanRequest request,
      StageCost cost,
      StagePlacement stage,
      TreeMap<String, Double> devices,
      TreeMap<String, Double> expertsOf) {
    double[] base = new double[cost.devices()];
    double[] routed = new double[cost.devices()];
    double total = CostConstants.STAGE_OVERHEAD_SECONDS;
    for (int index = stage.firstLayer(); index < stage.endLayer(); index++) {
      LayerSpec layer = request.model().layers().get(index);
      double[] load = request.load().layer(index);
      double[] experts = cost.expertSeconds(layer, stage.layer(index), load);
      for (int d = 0; d < base.length; d++) {
        base[d] += cost.baseSeconds(layer, d);
        routed[d] += experts[d];
      }
      double imbalance = cost.imbalanceSeconds(layer, stage.layer(index), load, experts);
      total += cost.layerSeconds(layer, Arrays.stream(experts).max().orElse(0), imbalance);
    }
    boolean last = stage.endLayer() == request.model().layers().size();
    total += last ? cost.headSeconds() : cost.hopSeconds();
    for (int d = 0; d < base.length; d++) {
      devices.put(stage.deviceIds().get(d), base[d] + routed[d]);
      expertsOf.put(stage.deviceIds().get(d), routed[d]);
    }
    return total;
  }

  private static double apart(
      PlanRequest request,
      StepCost step,
      StagePlacement stage,
      TreeMap<String, Seat> seats,
      double tokens,
      TreeMap<String, Double> devices,
      TreeMap<String, Double> expertsOf) {
    int before = stage.attentionDevices();
    Sides sides = sides(request, stage, seats);
    String library = sides.library(0);
    Bridge bridge =
        request.pool().bridge(library, sides.library(stage.deviceIds().size() - 1)).orElse(null);
    ApartCost cost =
        new ApartCost(
            step,
            sides.side(0, before, stage.precision()),
            sides.side(before, stage.deviceIds().size(), stage.expertPrecision()),
            Arrays.copyOf(sides.shares(), before),
            tokens,
            stage.parts(),
            bridge);
    ApartBuilder.Sums sums = new ApartBuilder.Sums(cost);
    for (int index = stage.firstLayer(); index < stage.endLayer(); index++) {
      LayerSpec layer = request.model().layers().get(index);
      LayerPlacement own = stage.layer(index).shifted(-before);
      double[] load = request.load().layer(index);
      sums.add(layer, own, load, cost.experts().expertSeconds(layer, own, load));
    }
    boolean last = stage.endLayer() == request.model().layers().size();
    for (int d = 0; d < stage.deviceIds().size(); d++) {
      double experts = d < before ? 0 : sums.experts()[d - before];
      devices.put(stage.deviceIds().get(d), d < before ? sums.attention()[d] : experts);
      expertsOf.put(stage.deviceIds().get(d), experts);
    }
    return sums.seconds()
        + CostConstants.STAGE_OVERHEAD_SECONDS
        + (last ? cost.headSeconds() : cost.hopSeconds());
  }

  private record Sides(List<DeviceRates> rates, int[] node, double[] shares, List<Device> of) {
    ApartCost.Side side(int from, int to, Precision precision) {
      return new ApartCost.Side(
          rates.subList(from, to), Arrays.copyOfRange(node, from, to), precision);
    }

    String library(int device) {
      return of.get(device).collectiveLibrary();
    }

    /**
     * The same where a bridge joins the libraries of the devices; as they are where there is one.
     */
    Sides bridged(Pool pool) {
      List<DeviceRates> through = new ArrayList<>(rates);
      int[] seen = node.clone();
      for (int d = 0; d < node.length; d++) {
        Bridge bridge = pool.bridge(library(0), library(node.length - 1)).orElse(null);
        if (bridge != null) {
          through.set(d, rates.get(d).through(bridge));
          seen[d] = Member.nodeOf(node[d], library(d).equals(library(0)) ? 0 : 1);
        }
      }
      return new Sides(through, seen, shares, of);
    }
  }

  private static StageCost cost(
      PlanRequest request,
      StepCost step,
      StagePlacement stage,
      TreeMap<String, Seat> seats,
      double tokens) {
    Sides sides = sides(request, stage, seats).bridged(request.pool());
    return new StageCost(
        step,
        sides.rates(),
        sides.node(),
        sides.shares(),
        stage.precision(),
        stage.expertPrecision(),
        tokens,
        stage.tensorParallel());
  }

  private static Sides sides(
      PlanRequest request, StagePlacement stage, TreeMap<String, Seat> seats) {
    List<DeviceRates> rates = new ArrayList<>();
    List<Device> of = new ArrayList<>();
    int[] node = new int[stage.deviceIds().size()];
    double[] shares = new double[node.length];
    Assumptions assumptions = new Assumptions();
    for (int d = 0; d < node.length; d++) {
      String id = stage.deviceIds().get(d);
      Seat seat = seats.get(id);
      if (seat == null) {
        throw new IllegalStateException("device '" + id + "' is not in the pool");
      }
      rates.add(DeviceRates.of(seat.device(), seat.node(), request.pool(), assumptions));
      of.add(seat.device());
      node[d] = seat.number();
      shares[d] = stage.tokenShares().get(d);
    }
    return new Sides(rates, node, shares, of);
  }
}
