package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.PlacementVerifier;
import dev.hejin.scheduler.plan.Plan;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.data.Percentage;
import org.jspecify.annotations.Nullable;

/** Requests and checks that several tests share. */
final class Plans {
  private Plans() {}

  static PlanOptions options(String policy) {
    return new PlanOptions(policy, PlanOptions.Objective.THROUGHPUT, Set.of(), 0.125, 2, false, 1L);
  }

  static PlanOptions allowing(Precision... precisions) {
    return new PlanOptions(
        "hejin", PlanOptions.Objective.THROUGHPUT, Set.of(precisions), 0.125, 2, false, 1L);
  }

  static PlanResult result(
      ModelSpec model,
      Pool pool,
      Workload workload,
      ExpertLoad load,
      PlanOptions options,
      @Nullable Placement inForce) {
    return new Planner().plan(new PlanRequest(model, pool, workload, load, options, inForce));
  }

  static Plan plan(ModelSpec model, Pool pool, Workload workload, PlanOptions options) {
    return feasible(result(model, pool, workload, Loads.skewed(model, 0.5, 1), options, null));
  }

  static Plan feasible(PlanResult result) {
    assertThat(result).isInstanceOf(PlanResult.Feasible.class);
    return ((PlanResult.Feasible) result).plan();
  }

  static PlanResult.Infeasible infeasible(PlanResult result) {
    assertThat(result).isInstanceOf(PlanResult.Infeasible.class);
    return (PlanResult.Infeasible) result;
  }

  /** Every shard of every device: what would have to be loaded. */
  static Set<String> shards(Placement placement) {
    Set<String> shards = new TreeSet<>();
    for (StagePlacement stage : placement.stages()) {
      for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
        for (String device : stage.deviceIds()) {
          shards.add(device + " layer " + layer);
        }
        LayerPlacement experts = stage.layer(layer);
        for (int slot = 0; slot < experts.slots(); slot++) {
          shards.add(
              stage.deviceIds().get(experts.device(slot))
                  + " layer "
                  + layer
                  + " expert "
                  + experts.expert(slot));
        }
      }
    }
    return shards;
  }

  static int loads(Placement from, Placement to) {
    Set<String> fresh = shards(to);
    fresh.removeAll(shards(from));
    return fresh.size();
  }

  /** Counts everything again from the placement alone. */
  static void assertValid(
      ModelSpec model, Pool pool, Workload workload, ExpertLoad load, Plan plan) {
    assertValid(new PlanRequest(model, pool, workload, load, PlanOptions.DEFAULT, null), plan);
  }

  /**
   * @param request that the plan was made from
   */
  static void assertValid(PlanRequest request, Plan plan) {
    assertVerified(request, plan);
    ModelSpec model = request.model();
    Workload workload = request.workload();
    Placement placement = plan.placement();
    assertThat(placement.layers()).isEqualTo(model.layers().size());
    MemoryModel memory = new MemoryModel(model, workload);
    Set<String> seen = new TreeSet<>();
    int next = 0;
    for (StagePlacement stage : placement.stages()) {
      double tokens = stage.tokenShares().stream().mapToDouble(Double::doubleValue).sum();
      assertThat(tokens).isBetween(1 - 1e-9, 1 + 1e-9);
      long[] weights = new long[stage.deviceIds().size()];
      double cache = 0;
      for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
        cache += memory.kvBytes(model.layers().get(layer));
        for (int d = 0; d < weights.length; d++) {
          weights[d] += memory.shardBytes(Shard.ofLayer(layer, stage.precision()));
        }
        addExperts(model, stage, layer, memory, weights);
      }
      for (int d = 0; d < weights.length; d++) {
        String id = stage.deviceIds().get(d);
        assertThat(seen.add(id)).isTrue();
        if (stage.firstLayer() == 0) {
          weights[d] += memory.shardBytes(Shard.ofEmbedding(stage.precision()));
        }
        if (stage.endLayer() == model.layers().size()) {
          weights[d] += memory.shardBytes(Shard.ofHead(stage.precision()));
        }
        DeviceMemory has = plan.memory().get(next++);
        assertThat(has.deviceId()).isEqualTo(id);
        assertThat(has.capacityBytes())
            .isEqualTo((long) request.pool().device(id).orElseThrow().memoryBytes().value());
        assertThat(has.weightBytes()).isEqualTo(weights[d]);
        assertThat((double) has.kvCacheBytes())
            .isGreaterThanOrEqualTo(cache * stage.tokenShares().get(d) * (1 - 1e-9));
        assertThat(has.usedBytes()).isLessThanOrEqualTo(has.capacityBytes() - has.headroomBytes());
      }
    }
    assertThat(plan.prediction().tokensPerSecond())
        .isPositive()
        .isLessThanOrEqualTo(plan.prediction().boundTokensPerSecond() * (1 + 1e-9));
    assertThat(plan.prediction().balancedness()).isBetween(0.0, 1.0 + 1e-9);
  }

  /** What others, who did not write the planner, say of the plan. */
  private static void assertVerified(PlanRequest request, Plan plan) {
    MemoryModel memory = new MemoryModel(request.model(), request.workload());
    assertThat(PlacementVerifier.verify(request.model(), request.pool(), plan, memory::shardBytes))
        .isEmpty();
    assertThat(Evaluation.of(request, plan.placement()).tokensPerSecond())
        .isCloseTo(plan.prediction().tokensPerSecond(), Percentage.withPercentage(1e-6));
  }

  private static void addExperts(
      ModelSpec model, StagePlacement stage, int layer, MemoryModel memory, long[] weights) {
    LayerPlacement experts = stage.layer(layer);
    double[] share = new double[model.layers().get(layer).routedExperts()];
    for (int slot = 0; slot < experts.slots(); slot++) {
      Shard shard = Shard.ofExpert(layer, experts.expert(slot), stage.expertPrecision());
      weights[experts.device(slot)] += memory.shardBytes(shard);
      share[experts.expert(slot)] += experts.share(slot);
      if (slot > 0 && experts.device(slot) == experts.device(slot - 1)) {
        assertThat(experts.expert(slot)).isNotEqualTo(experts.expert(slot - 1));
      }
    }
    for (double each : share) {
      assertThat(each).isBetween(1 - 1e-9, 1 + 1e-9);
    }
  }
}
