package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.plan.ServicePlanVerifier;
import dev.hejin.scheduler.planner.ServiceGoal.Objective;
import dev.hejin.scheduler.planner.ServiceGoal.Roles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GoalPlannerTest {
  private static final double NONE = Double.POSITIVE_INFINITY;
  private static final ModelSpec MODEL = Models.smallMoe(12, 32, 4);
  private static final ExpertLoad LOAD = Loads.skewed(MODEL, 0.5, 1);
  private static final Traffic TRAFFIC = new Traffic(2048, 256);

  private static Pool pool() {
    List<Node> nodes = new ArrayList<>(Pools.nodes("h20", Pools.H20.priced(1), 2));
    nodes.addAll(Pools.nodes("ascend", Pools.ASCEND.priced(0.3), 2));
    return Pool.of(nodes);
  }

  private static PlanRequest request(Pool pool) {
    return new PlanRequest(MODEL, pool, new Workload(2048, 2048), LOAD, PlanOptions.DEFAULT, null);
  }

  private static ServiceGoal goal(
      Objective objective,
      double demand,
      double tokenSeconds,
      double firstSeconds,
      Roles roles,
      @Nullable Traffic traffic) {
    return new ServiceGoal(objective, demand, tokenSeconds, firstSeconds, roles, traffic);
  }

  private static ServicePlanner.Result result(ServiceGoal goal) {
    return new ServicePlanner().plan(request(pool()), goal, StepBudget.unlimited());
  }

  private static ServicePlan plan(ServiceGoal goal) {
    ServicePlanner.Result result = result(goal);
    assertThat(result).isInstanceOf(ServicePlanner.Result.Feasible.class);
    ServicePlan plan = ((ServicePlanner.Result.Feasible) result).plan();
    int decoded =
        plan.pipelines().stream()
            .filter(Pipeline::decodes)
            .mapToInt(pipeline -> pipeline.workload().batchTokens())
            .sum();
    assertThat(decoded).isLessThanOrEqualTo(2048);
    MemoryModel memory = new MemoryModel(MODEL, new Workload(2048, 2048));
    assertThat(ServicePlanVerifier.verify(MODEL, pool(), plan, decoded, memory::shardBytes))
        .isEmpty();
    assertThat(plan.tokensPerSecond()).isLessThanOrEqualTo(plan.boundTokensPerSecond() * 1.0001);
    return plan;
  }

  private static PlanResult.Infeasible infeasible(ServiceGoal goal) {
    ServicePlanner.Result result = result(goal);
    assertThat(result).isInstanceOf(ServicePlanner.Result.Infeasible.class);
    return ((ServicePlanner.Result.Infeasible) result).why();
  }

  @Test
  void shouldKeepTheLimitOfTheTimeBetweenTokens() {
    // Given
    ServicePlan free = plan(ServiceGoal.DEFAULT);
    double limit = 0.6 * free.stepSeconds();
    // When
    ServicePlan plan = plan(goal(Objective.THROUGHPUT, 0, limit, NONE, Roles.TOGETHER, null));
    // Then
    assertThat(plan.stepSeconds()).isLessThanOrEqualTo(limit);
    assertThat(plan.boundTokensPerSecond()).isLessThanOrEqualTo(free.boundTokensPerSecond());
  }

  @Test
  void shouldMeetADemandWithFewDevices() {
    // Given
    double demand = 0.2 * plan(ServiceGoal.DEFAULT).tokensPerSecond();
    // When
    ServicePlan plan = plan(goal(Objective.DEVICES, demand, NONE, NONE, Roles.TOGETHER, null));
    // Then
    assertThat(plan.tokensPerSecond()).isGreaterThanOrEqualTo(demand);
    assertThat(plan.devices()).isLessThan(16);
    assertThat(plan.outcome().value()).isEqualTo(plan.devices());
    assertThat(plan.outcome().bound()).isBetween(1.0, (double) plan.devices());
  }

  @Test
  void shouldBeCheaperThanThePlanOfMostThroughput() {
    // Given
    ServicePlan most = plan(ServiceGoal.DEFAULT);
    // When
    ServicePlan plan = plan(goal(Objective.COST, 0, NONE, NONE, Roles.TOGETHER, null));
    // Then
    assertThat(plan.costPerMillionTokensUsd()).isLessThanOrEqualTo(most.costPerMillionTokensUsd());
    assertThat(plan.outcome().bound()).isPositive().isLessThanOrEqualTo(plan.outcome().value());
  }

  @Test
  void shouldSayHowMuchOfADemandIsMissing() {
    // Given
    double most = plan(ServiceGoal.DEFAULT).tokensPerSecond();
    // When
    PlanResult.Infeasible why =
        infeasible(goal(Objective.DEVICES, 10 * most, NONE, NONE, Roles.TOGETHER, null));
    // Then
    assertThat(why.reason()).contains("the nearest reaches").contains("are missing");
    assertThat(why.suggestion()).startsWith("Maybe ask for less, or add at least ");
  }

  @Test
  void shouldSayWhichLimitsComeNearest() {
    // When
    PlanResult.Infeasible why =
        infeasible(goal(Objective.THROUGHPUT, 0, 1e-4, NONE, Roles.TOGETHER, null));
    // Then
    assertThat(why.reason()).contains("TPOT").contains("where 0.1 ms are allowed");
    assertThat(why.suggestion()).startsWith("Maybe allow TPOT");
  }

  @Test
  void shouldRefuseDevicesWhoseCostNobodyKnows() {
    // When
    PlanResult.Infeasible why =
        infeasible(goal(Objective.ENERGY, 0, NONE, NONE, Roles.TOGETHER, null));
    // Then
    assertThat(why.refusals()).hasSize(2);
    assertThat(why.suggestion()).contains("tdp_watts");
  }

  @Test
  void shouldCountPromptsWhereTheTrafficIsKnown() {
    // Given
    ServicePlan decoding = plan(ServiceGoal.DEFAULT);
    // When
    ServicePlan plan = plan(goal(Objective.THROUGHPUT, 0, NONE, NONE, Roles.TOGETHER, TRAFFIC));
    // Then
    assertThat(plan.tokensPerSecond()).isLessThan(decoding.tokensPerSecond());
    assertThat(plan.outcome().firstTokenSeconds()).isPositive().isFinite();
  }

  @Test
  void shouldReadPromptsOnDevicesOfTheirOwn() {
    // When
    ServicePlan plan = plan(goal(Objective.THROUGHPUT, 0, NONE, NONE, Roles.APART, TRAFFIC));
    // Then
    double read = 0;
    double decoded = 0;
    for (Pipeline pipeline : plan.pipelines()) {
      double rate = pipeline.plan().prediction().tokensPerSecond();
      read += pipeline.role() == Pipeline.Role.PREFILL ? rate : 0;
      decoded += pipeline.role() == Pipeline.Role.DECODE ? rate : 0;
    }
    assertThat(read).isPositive();
    assertThat(plan.tokensPerSecond())
        .isLessThanOrEqualTo(Math.min(decoded, read / TRAFFIC.promptsForEach()) * (1 + 1e-9));
    assertThat(plan.outcome().firstTokenSeconds()).isPositive().isFinite();
  }

  @Test
  void shouldBeAsGoodAsTheBetterOfBothRoles() {
    // Given
    double together =
        plan(goal(Objective.THROUGHPUT, 0, 0.05, NONE, Roles.TOGETHER, TRAFFIC)).tokensPerSecond();
    double apart =
        plan(goal(Objective.THROUGHPUT, 0, 0.05, NONE, Roles.APART, TRAFFIC)).tokensPerSecond();
    // When
    ServicePlan plan = plan(goal(Objective.THROUGHPUT, 0, 0.05, NONE, Roles.BEST, TRAFFIC));
    // Then
    assertThat(plan.tokensPerSecond()).isEqualTo(Math.max(together, apart));
  }

  @Test
  void shouldKeepPipelinesThatLostNothing() {
    // Given: a demand that leaves nodes idle
    double demand = 0.2 * plan(ServiceGoal.DEFAULT).tokensPerSecond();
    ServiceGoal goal = goal(Objective.DEVICES, demand, NONE, NONE, Roles.TOGETHER, null);
    ServicePlan before = plan(goal);
    String used =
        before.pipelines().getFirst().plan().placement().stages().getFirst().deviceIds().getFirst();
    String idle =
        pool().nodes().stream()
            .map(Node::id)
            .filter(id -> !before.toString().contains(id + "/"))
            .findFirst()
            .orElse(used);
    Pool left = Pool.of(pool().nodes().stream().filter(node -> !node.id().equals(idle)).toList());
    // When
    ServicePlanner.Result result =
        new ServicePlanner().replan(request(left), before, goal, StepBudget.unlimited());
    // Then
    assertThat(result)
        .isInstanceOfSatisfying(
            ServicePlanner.Result.Feasible.class,
            feasible ->
                assertThat(feasible.plan().pipelines().getFirst().plan().placement())
                    .isEqualTo(before.pipelines().getFirst().plan().placement()));
  }

  @Test
  void shouldGiveAPlanWhenTheCallerStops() {
    // Given
    StepBudget spent = StepBudget.of(1, () -> true);
    // When
    ServicePlanner.Result result =
        new ServicePlanner().plan(request(pool()), ServiceGoal.DEFAULT, spent);
    // Then
    assertThat(result).isInstanceOf(ServicePlanner.Result.Feasible.class);
    assertThat(spent.isSpent()).isTrue();
  }

  @Test
  void shouldGiveTheSamePlanForTheSameBudget() {
    // Given
    ServiceGoal goal = goal(Objective.THROUGHPUT, 0, 0.05, NONE, Roles.TOGETHER, null);
    // When
    ServicePlanner.Result first =
        new ServicePlanner().plan(request(pool()), goal, StepBudget.of(300, () -> false));
    ServicePlanner.Result second =
        new ServicePlanner().plan(request(pool()), goal, StepBudget.of(300, () -> false));
    // Then
    assertThat(first).isEqualTo(second);
  }

  @Test
  void shouldRejectGoalsThatLackWhatTheyNeed() {
    assertThatThrownBy(() -> goal(Objective.DEVICES, 0, NONE, NONE, Roles.TOGETHER, null))
        .hasMessageContaining("\nMaybe say how many tokens");
    assertThatThrownBy(() -> goal(Objective.THROUGHPUT, 0, NONE, 1, Roles.TOGETHER, null))
        .hasMessageContaining("\nMaybe give the lengths");
    assertThatThrownBy(() -> goal(Objective.THROUGHPUT, -1, NONE, NONE, Roles.TOGETHER, null))
        .hasMessageContaining("demand is -1.0");
    assertThatThrownBy(() -> new Traffic(0, 5)).hasMessageContaining("prompts of 0 tokens");
  }
}
