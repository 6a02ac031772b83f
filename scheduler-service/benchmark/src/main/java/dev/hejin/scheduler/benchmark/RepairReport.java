package dev.hejin.scheduler.benchmark;

import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.planner.PlanOptions;
import dev.hejin.scheduler.planner.PlanRepair;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Nodes of a large deployment go one after the other, each repair starting from the one before:
 * time of each repair, and what the repaired stage and plan then do. Nothing but repairs is run, as
 * if losses came faster than new plans.
 *
 * <p>Arguments, all optional: {@code losses=60 seed=1 devices=1024 spares=false repeat=3
 * type=910B2}. With spares a lost node is back, idle, at the next loss. With a type, only nodes of
 * that chip are lost. Each repair is made {@code repeat} times and the least time counts.
 */
public final class RepairReport {
  private static final int SEQUENCES_PER_DEVICE = 128;
  private static final int CONTEXT_TOKENS = 2048;

  /** Standard deviation of the loads' logarithm: the hottest tenth gets 31 %. */
  private static final double SIGMA = 0.8;

  private RepairReport() {}

  /** Prints the table. */
  public static void main(String[] arguments) {
    int losses = number(arguments, "losses", 60);
    int repeat = number(arguments, "repeat", 3);
    boolean spares = text(arguments, "spares", "false").equals("true");
    String type = text(arguments, "type", "");
    SplittableRandom random = new SplittableRandom(number(arguments, "seed", 1));
    Pool whole = MixedPool.ofFourVendors(number(arguments, "devices", 1024));
    PlanRequest request = request(whole);
    Plan plan = plan(request);
    warmUp(request, plan);
    List<Double> millis = new ArrayList<>();
    TreeSet<String> gone = new TreeSet<>();
    System.out.println("loss  chip      devices   ms  stage ms     kept  tokens/s");
    for (int loss = 1; loss <= losses; loss++) {
      List<String> used = nodes(plan, whole, type);
      String victim = used.get(random.nextInt(used.size()));
      if (spares) {
        gone.clear();
      }
      gone.add(victim);
      PlanRequest after = without(request, whole, gone, plan);
      Optional<Plan> repaired = Optional.empty();
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < repeat; i++) {
        long start = System.nanoTime();
        repaired = PlanRepair.repair(after, plan);
        least = Math.min(least, (System.nanoTime() - start) / 1e6);
      }
      millis.add(least);
      boolean anew = repaired.isEmpty();
      Plan next = repaired.orElseGet(() -> plan(after));
      int stage = changed(plan, next);
      StagePlacement now = next.placement().stages().get(stage);
      System.out.printf(
          Locale.ROOT,
          "%4d  %-8s %8d %6.1f %8.3f %8.3f %9.0f%s%n",
          loss,
          whole.device(now.deviceIds().getFirst()).map(Device::type).orElse("").split(" ")[1],
          now.deviceIds().size(),
          least,
          1e3 * next.prediction().stageSeconds().get(stage),
          kept(plan, next),
          next.prediction().tokensPerSecond(),
          anew ? "  planned anew" : "");
      plan = next;
    }
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, mean %.1f ms; %.0f tokens/s at last%n",
        percentile(sorted, 50),
        percentile(sorted, 90),
        percentile(sorted, 99),
        Arrays.stream(sorted).average().orElse(0),
        plan.prediction().tokensPerSecond());
  }

  private static double percentile(double[] sorted, int percent) {
    return sorted[Math.max(0, (int) Math.ceil(percent / 100.0 * sorted.length) - 1)];
  }

  private static void warmUp(PlanRequest request, Plan plan) {
    List<Node> nodes = request.pool().nodes();
    for (Node node : nodes) {
      var unused =
          PlanRepair.repair(
              without(request, request.pool(), new TreeSet<>(List.of(node.id())), plan), plan);
    }
  }

  private static PlanRequest request(Pool pool) {
    ModelSpec model = ModelCatalog.bundled().model("deepseek-v3");
    double[][] counts = new double[model.layers().size()][];
    SplittableRandom random = new SplittableRandom(1);
    for (int layer = 0; layer < counts.length; layer++) {
      counts[layer] = new double[model.layers().get(layer).routedExperts()];
      for (int expert = 0; expert < counts[layer].length; expert++) {
        counts[layer][expert] = Math.exp(SIGMA * random.nextGaussian());
      }
    }
    return new PlanRequest(
        model,
        pool,
        new Workload(SEQUENCES_PER_DEVICE * pool.devices().size(), CONTEXT_TOKENS),
        ExpertLoad.of(model, counts),
        PlanOptions.DEFAULT.withKeepStages(true),
        null);
  }

  private static Plan plan(PlanRequest request) {
    if (new Planner().plan(request) instanceof PlanResult.Feasible feasible) {
      return feasible.plan();
    }
    throw new IllegalStateException("no plan");
  }

  private static PlanRequest without(
      PlanRequest request, Pool whole, TreeSet<String> gone, Plan inForce) {
    List<Node> left = whole.nodes().stream().filter(node -> !gone.contains(node.id())).toList();
    return new PlanRequest(
        request.model(),
        whole.withNodes(left),
        request.workload(),
        request.load(),
        request.options(),
        inForce.placement());
  }

  private static List<String> nodes(Plan plan, Pool pool, String type) {
    TreeSet<String> names = new TreeSet<>();
    for (StagePlacement stage : plan.placement().stages()) {
      for (String id : stage.deviceIds()) {
        if (pool.device(id).orElseThrow().type().endsWith(type)) {
          names.add(Device.nodeOf(id));
        }
      }
    }
    return List.copyOf(names);
  }

  private static int changed(Plan before, Plan after) {
    for (int s = 0; s < after.placement().stages().size(); s++) {
      if (s >= before.placement().stages().size()
          || before.placement().stages().get(s) != after.placement().stages().get(s)) {
        return s;
      }
    }
    return 0;
  }

  /** Share of the plan's replicas that are where they were before. */
  private static double kept(Plan before, Plan after) {
    TreeSet<String> old = new TreeSet<>(replicas(before));
    List<String> now = replicas(after);
    return (double) now.stream().filter(old::contains).count() / now.size();
  }

  private static List<String> replicas(Plan plan) {
    List<String> all = new ArrayList<>();
    for (StagePlacement stage : plan.placement().stages()) {
      for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
        var here = stage.layer(layer);
        for (int slot = 0; slot < here.slots(); slot++) {
          all.add(stage.deviceIds().get(here.device(slot)) + " " + layer + " " + here.expert(slot));
        }
      }
    }
    return all;
  }

  private static int number(String[] arguments, String name, int usual) {
    return Integer.parseInt(text(arguments, name, String.valueOf(usual)));
  }

  private static String text(String[] arguments, String name, String usual) {
    for (String argument : arguments) {
      if (argument.startsWith(name + "=")) {
        return argument.substring(name.length() + 1);
      }
    }
    return usual;
  }
}
