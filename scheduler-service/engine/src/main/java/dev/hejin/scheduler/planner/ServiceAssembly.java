package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Puts built pipelines together: traffic shares, price, what is left over. */
final class ServiceAssembly {
  private ServiceAssembly() {}

  /** A built pipeline; its share is set when all are known. */
  static Pipeline pipeline(PlanningContext context, Draft draft, int sequences) {
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
            context.policy().name()));
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
    double total = 0;
    double price = 0;
    double step = 0;
    TreeSet<String> used = new TreeSet<>();
    for (Pipeline pipeline : pipelines) {
      total += pipeline.plan().prediction().tokensPerSecond();
      step = Math.max(step, pipeline.plan().prediction().stepSeconds());
      for (StagePlacement stage : pipeline.plan().placement().stages()) {
        for (String id : stage.deviceIds()) {
          used.add(id);
          Member member = inventory.member(id);
          price += member == null ? Double.NaN : member.device().pricePerHourUsd().value();
        }
      }
    }
    List<Pipeline> shared = new ArrayList<>();
    for (Pipeline pipeline : pipelines) {
      double share = pipeline.plan().prediction().tokensPerSecond() / total;
      shared.add(new Pipeline(pipeline.workload(), share, pipeline.plan()));
    }
    shared.sort(Comparator.comparingDouble(pipeline -> -pipeline.trafficShare()));
    List<Refusal> refusals = new ArrayList<>(inventory.refusals());
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
        step,
        bound,
        price / 3600 / total * 1e6,
        refusals,
        context.assumptions().texts());
  }
}
