package dev.hejin.scheduler.flow;

import java.util.List;
import java.util.Random;

/** Small pools with numbers of our own. */
final class Pools {
  private Pools() {}

  /** A type whose rate with k layers is work / k, and that has room for tokens beside them. */
  static DeviceKind kind(String name, double work, int most) {
    double[] rates = new double[most + 1];
    double[] room = new double[most + 1];
    for (int k = 1; k <= most; k++) {
      rates[k] = work / k;
      room[k] = k * 40_000.0 * (most + 1 - k);
    }
    double slow = 2_000 / work;
    return new DeviceKind(
        name,
        rates,
        new DeviceKind.Serving(
            room,
            new Curve("prompt", new double[] {0, 1000}, new double[] {0, 0.02 * slow}),
            new Curve("decode", new double[] {0, 2, 200}, new double[] {0, 2e-3, 6e-3 * slow})));
  }

  static StageProblem of(int layers, List<DeviceKind> kinds, int... kindOf) {
    return new StageProblem(layers, 16_000, 2, kinds, kindOf, full(kindOf.length, 1e6));
  }

  static Network full(int devices, double tokens) {
    Network network = new Network(devices);
    for (int i = 0; i <= devices; i++) {
      for (int j = 0; j <= devices; j++) {
        if (i != j) {
          network.link(i, j, tokens, 1e9, 1e-3);
        }
      }
    }
    return network;
  }

  /** A random pool; some links are slow, some are missing. */
  static StageProblem random(long seed, int devices, int layers) {
    Random random = new Random(seed);
    List<DeviceKind> kinds =
        List.of(
            kind("big", 2_000 + random.nextInt(4_000), 2 + random.nextInt(4)),
            kind("small", 500 + random.nextInt(1_500), 1 + random.nextInt(3)));
    int[] kindOf = new int[devices];
    for (int i = 0; i < devices; i++) {
      kindOf[i] = random.nextInt(2);
    }
    Network network = new Network(devices);
    for (int i = 0; i <= devices; i++) {
      for (int j = 0; j <= devices; j++) {
        if (i != j && random.nextInt(8) > 0) {
          network.link(i, j, random.nextBoolean() ? 1e5 : 300 + random.nextInt(900), 1e8, 1e-3);
        }
      }
    }
    return new StageProblem(layers, 16_000, 2, kinds, kindOf, network);
  }

  /** The largest flow of any placement, by trying all. */
  static double exhaustive(StageProblem problem) {
    int[] start = new int[problem.devices()];
    int[] end = new int[problem.devices()];
    return exhaustive(problem, new PlanFlow(problem), start, end, 0);
  }

  private static double exhaustive(
      StageProblem problem, PlanFlow flow, int[] start, int[] end, int device) {
    if (device == problem.devices()) {
      return flow.of(start, end);
    }
    double best = 0;
    for (int s = 0; s < problem.layers(); s++) {
      for (int k = 1; k <= problem.kind(device).maxLayers() && s + k <= problem.layers(); k++) {
        start[device] = s;
        end[device] = s + k;
        best = Math.max(best, exhaustive(problem, flow, start, end, device + 1));
      }
    }
    return best;
  }
}
