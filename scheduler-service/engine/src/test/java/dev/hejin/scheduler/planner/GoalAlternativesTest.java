package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Explanation.Alternative;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.planner.ServiceGoal.Objective;
import dev.hejin.scheduler.planner.ServiceGoal.Roles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GoalAlternativesTest {
  private static final double NONE = Double.POSITIVE_INFINITY;
  private static final ModelSpec MODEL = Models.smallMoe(12, 32, 4);
  private static final ExpertLoad LOAD = Loads.skewed(MODEL, 0.5, 1);

  private static PlanRequest request() {
    List<Node> nodes = new ArrayList<>(Pools.nodes("h20", Pools.H20.priced(1), 2));
    nodes.addAll(Pools.nodes("ascend", Pools.ASCEND.priced(0.3), 2));
    return new PlanRequest(
        MODEL, Pool.of(nodes), new Workload(2048, 2048), LOAD, PlanOptions.DEFAULT, null);
  }

  private static ServiceGoal goal(
      Objective objective, double demand, double tokenSeconds, @Nullable Traffic traffic) {
    return new ServiceGoal(objective, demand, tokenSeconds, NONE, Roles.TOGETHER, traffic);
  }

  private static ServicePlan plan(ServiceGoal goal) {
    ServicePlanner.Result result =
        new ServicePlanner().plan(request(), goal, StepBudget.unlimited());
    assertThat(result).isInstanceOf(ServicePlanner.Result.Feasible.class);
    return ((ServicePlanner.Result.Feasible) result).plan();
  }

  private static List<Alternative> alternatives(ServiceGoal goal) {
    return PlanExplainer.explain(request(), plan(goal), goal).alternatives();
  }

  @Test
  void shouldKeepTheDemand() {
    // Given
    double demand = 0.2 * plan(ServiceGoal.DEFAULT).tokensPerSecond();
    ServiceGoal goal = goal(Objective.DEVICES, demand, NONE, null);

    // When
    List<Alternative> alternatives = alternatives(goal);

    // Then
    assertThat(alternatives).isNotEmpty();
    assertThat(alternatives)
        .allSatisfy(
            each -> {
              assertThat(each.tokensPerSecond()).isGreaterThanOrEqualTo(demand);
              assertThat(each.description()).matches("without .*: \\d+ .*");
            });
  }

  @Test
  void shouldLeaveOutWhatBreaksTheDemand() {
    // Given
    double most = plan(ServiceGoal.DEFAULT).tokensPerSecond();
    ServiceGoal goal = goal(Objective.THROUGHPUT, 0.95 * most, NONE, null);

    // When
    List<Alternative> alternatives = alternatives(goal);

    // Then
    assertThat(alternatives).isEmpty();
  }

  @Test
  void shouldComeBestFirst() {
    // Given
    double limit = 2 * plan(ServiceGoal.DEFAULT).stepSeconds();

    // When
    List<Alternative> alternatives = alternatives(goal(Objective.THROUGHPUT, 0, limit, null));

    // Then
    assertThat(alternatives).hasSize(2);
    assertThat(alternatives.getFirst().tokensPerSecond())
        .isGreaterThan(alternatives.getLast().tokensPerSecond());
  }

  @Test
  void shouldReadPromptsTheOtherWay() {
    // When
    List<Alternative> alternatives =
        alternatives(goal(Objective.COST, 0, NONE, new Traffic(2048, 256)));

    // Then
    assertThat(alternatives)
        .anySatisfy(
            each ->
                assertThat(each.description())
                    .startsWith("prompts read by pipelines of their own: "));
  }
}
