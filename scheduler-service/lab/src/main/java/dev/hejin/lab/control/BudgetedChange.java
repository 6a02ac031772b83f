package dev.hejin.lab.control;

import dev.hejin.scheduler.balance.BalanceOptions;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.Balancer;
import dev.hejin.scheduler.balance.Split;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Prediction;
import dev.hejin.scheduler.planner.Evaluation;
import dev.hejin.scheduler.planner.PlanRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A change within a budget of bytes: the engine's balancer with a limit of moves, layer by layer,
 * on the stages in force. With a budget of zero only the shares of replicas change. Each layer gets
 * an even part of the budget; only the policy {@code hejin} has such changes.
 */
final class BudgetedChange {
  private final Planning planning;
  private final ModelSpec model;

  BudgetedChange(Planning planning, ModelSpec model) {
    this.planning = planning;
    this.model = model;
  }

  Optional<Plan> within(PlanRequest request, Plan plan, double budgetBytes) {
    if (!request.options().policy().equals("hejin")) {
      return Optional.empty();
    }
    long moeLayers = model.layers().stream().filter(LayerSpec::isMoe).count();
    List<StagePlacement> stages = new ArrayList<>();
    for (StagePlacement stage : plan.placement().stages()) {
      List<LayerPlacement> layers = new ArrayList<>();
      for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
        LayerSpec spec = model.layers().get(layer);
        double each = planning.memory().expertBytes(spec, stage.expertPrecision());
        int moves = spec.isMoe() ? (int) Math.floor(budgetBytes / moeLayers / each) : 0;
        layers.add(layer(request, stage, spec, moves));
      }
      stages.add(
          new StagePlacement(
              stage.firstLayer(),
              stage.endLayer(),
              stage.deviceIds(),
              stage.tokenShares(),
              stage.precision(),
              stage.expertPrecision(),
              layers));
    }
    Placement placement = new Placement(stages);
    Evaluation evaluation = Evaluation.of(request, placement);
    Prediction old = plan.prediction();
    double step = request.workload().batchTokens() / Math.max(1e-9, evaluation.tokensPerSecond());
    return Optional.of(
        new Plan(
            placement,
            plan.memory(),
            new Prediction(
                evaluation.stageSeconds(),
                step,
                evaluation.tokensPerSecond(),
                old.boundTokensPerSecond(),
                old.costPerMillionTokensUsd(),
                old.balancedness(),
                old.bottleneck()),
            plan.refusals(),
            plan.assumptions(),
            plan.policy()));
  }

  private LayerPlacement layer(
      PlanRequest request, StagePlacement stage, LayerSpec spec, int moves) {
    LayerPlacement held = stage.layer(spec.index());
    if (!spec.isMoe()) {
      return held;
    }
    int devices = stage.deviceIds().size();
    int[] slots = new int[devices];
    int[] row = new int[held.slots()];
    for (int slot = 0; slot < row.length; slot++) {
      slots[held.device(slot)]++;
      row[slot] = held.expert(slot);
    }
    double[] speeds = new double[devices];
    Arrays.setAll(speeds, d -> request.pool().speedFactor(stage.deviceIds().get(d)));
    if (Arrays.stream(slots).anyMatch(count -> count == 0)) {
      return held;
    }
    double[] tokens = request.load().layer(spec.index());
    for (int e = 0; e < tokens.length; e++) {
      tokens[e] *= (double) request.workload().batchTokens() * spec.expertsPerToken();
    }
    BalanceResult result =
        new Balancer(BalanceOptions.DEFAULT.with(Split.WEIGHTED))
            .balance(
                BalanceProblem.builder(new double[][] {tokens}, slots)
                    .speeds(speeds)
                    .previous(new int[][] {row})
                    .maxMoves(moves)
                    .build());
    int[] device = new int[row.length];
    for (int d = 0, slot = 0; d < devices; d++) {
      for (int k = 0; k < slots[d]; k++) {
        device[slot++] = d;
      }
    }
    return new LayerPlacement(device, result.slotExpert()[0], result.replicaWeights()[0]);
  }
}
