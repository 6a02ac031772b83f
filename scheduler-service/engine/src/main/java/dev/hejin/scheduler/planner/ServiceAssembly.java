package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeSet;

/** Puts built pipelines together: traffic shares, price, what is left over. */
final class ServiceAssembly {
  private ServiceAssembly() {}

  /** A built pipeline; its share is set when all are known. */
  static Pipeline pipeline(PlanningContext context, Draft draft, int sequences) {
    return pipeline(context, draft, sequences, Pipeline.Role.ALL);
  }

  static Pipeline pipeline(
      PlanningContext context, Draft draft, int sequences, Pipeline.Role role) {
    PlanCheck.check(context.model(), draft);
    Workload workload = new Workload(sequences, context.request().workload().contextTokens());
    return new Pipeline(
        workload,
        1,
        new Plan(
            draft.placement(),
            draft.memory(),
            draft.prediction(),
            List.of(),
            List.of(),
            context.policy().name()),
        role);
  }

  /**
   * The plan.
   *
   * @param unused why devices that no pipeline uses are not used
   */
  static ServicePlan of(
      PlanningContext context,
      Inventory inventory,
      List<Pipeline> pipelines,
      double bound,
      String unused) {
    ServiceFigures figures =
        ServiceFigures.of(
            context, inventory, pipelines, ServiceGoal.Objective.THROUGHPUT, context.traffic());
    ServicePlan.Outcome outcome =
        new ServicePlan.Outcome(
            figures.firstTokenSeconds(),
            figures.watts() / figures.tokensPerSecond(),
            "tokens/s",
            figures.tokensPerSecond(),
            bound);
    return of(context, inventory, pipelines, figures, bound, outcome, unused);
  }

  /** The same with figures and outcome of a goal. */
  static ServicePlan of(
      PlanningContext context,
      Inventory inventory,
      List<Pipeline> pipelines,
      ServiceFigures figures,
      double bound,
      ServicePlan.Outcome outcome,
      String unused) {
    double total = figures.tokensPerSecond();
    TreeSet<String> used = new TreeSet<>();
    EnumMap<Pipeline.Role, Double> byRole = new EnumMap<>(Pipeline.Role.class);
    for (Pipeline pipeline : pipelines) {
      byRole.merge(pipeline.role(), pipeline.plan().prediction().tokensPerSecond(), Double::sum);
      pipeline.plan().placement().stages().forEach(stage -> used.addAll(stage.deviceIds()));
    }
    List<Pipeline> shared = new ArrayList<>();
    for (Pipeline pipeline : pipelines) {
      double share =
          pipeline.plan().prediction().tokensPerSecond()
              / byRole.getOrDefault(pipeline.role(), total);
      shared.add(new Pipeline(pipeline.workload(), share, pipeline.plan(), pipeline.role()));
    }
    shared.sort(
        Comparator.comparing((Pipeline pipeline) -> !pipeline.decodes())
            .thenComparingDouble(pipeline -> -pipeline.trafficShare()));
    List<Refusal> refusals = new ArrayList<>(inventory.refusals());
    refusals.addAll(StagePairs.unbridged(context, inventory));
    for (Inventory.Group group : inventory.groups()) {
      List<String> idle =
          group.members().stream()
              .map(member -> member.device().id())
              .filter(id -> !used.contains(id))
              .toList();
      if (!idle.isEmpty()) {
        String which = idle.size() == 1 ? idle.getFirst() : idle.getFirst() + " ...";
        refusals.add(new Refusal(idle.size() + " x " + group.type() + " (" + which + ")", unused));
      }
    }
    return new ServicePlan(
        shared,
        total,
        figures.stepSeconds(),
        bound,
        figures.rentPerHourUsd() / 3600 / total * 1e6,
        refusals,
        context.assumptions().texts(),
        outcome);
  }
}
