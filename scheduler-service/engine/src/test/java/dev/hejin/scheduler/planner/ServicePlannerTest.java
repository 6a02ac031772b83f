package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.plan.ServicePlanVerifier;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ServicePlannerTest {
  private static final ModelSpec MODEL = Models.deepSeekV3();
  private static final ExpertLoad LOAD = Loads.skewed(MODEL, 0.5, 1);

  private static Pool large() {
    List<Node> nodes = new ArrayList<>(Pools.nodes("h20", Pools.H20, 24));
    nodes.addAll(Pools.nodes("ascend", Pools.ASCEND, 24));
    return Pool.of(nodes);
  }

  private static PlanRequest request(Pool pool, int sequences) {
    return new PlanRequest(
        MODEL, pool, new Workload(sequences, 4096), LOAD, PlanOptions.DEFAULT, null);
  }

  private static ServicePlan plan(PlanRequest request) {
    return feasible(new ServicePlanner().plan(request));
  }

  private static ServicePlan feasible(ServicePlanner.Result result) {
    assertThat(result).isInstanceOf(ServicePlanner.Result.Feasible.class);
    return ((ServicePlanner.Result.Feasible) result).plan();
  }

  private static void assertValid(PlanRequest request, ServicePlan plan) {
    MemoryModel memory = new MemoryModel(MODEL, request.workload());
    assertThat(
            ServicePlanVerifier.verify(
                MODEL, request.pool(), plan, request.workload().batchTokens(), memory::shardBytes))
        .isEmpty();
    for (Pipeline pipeline : plan.pipelines()) {
      Plans.assertValid(MODEL, request.pool(), pipeline.workload(), LOAD, pipeline.plan());
    }
    assertThat(plan.tokensPerSecond()).isLessThanOrEqualTo(plan.boundTokensPerSecond());
  }

  @Test
  void shouldServeALargePoolWithSeveralPipelines() {
    // Given
    PlanRequest request = request(large(), 32_000);
    // When
    ServicePlan plan = plan(request);
    // Then
    assertValid(request, plan);
    assertThat(plan.pipelines()).hasSizeGreaterThan(2);
    assertThat(plan.gap()).isLessThan(0.35);
  }

  @Test
  void shouldBeatOnePipelineOverALargePool() {
    // Given
    PlanRequest request = request(large(), 32_000);
    Plan one = Plans.feasible(new Planner().plan(request));
    // When
    ServicePlan several = plan(request);
    // Then
    assertThat(several.tokensPerSecond()).isGreaterThan(one.prediction().tokensPerSecond());
  }

  @Test
  void shouldNeverBeWorseThanOnePipelineOnASmallPool() {
    // Given
    PlanRequest request = request(Pools.mixed(), 4096);
    Plan one = Plans.feasible(new Planner().plan(request));
    // When
    ServicePlan plan = plan(request);
    // Then
    assertValid(request, plan);
    assertThat(plan.tokensPerSecond()).isGreaterThanOrEqualTo(one.prediction().tokensPerSecond());
  }

  @Test
  void shouldGiveTheSamePlanAgain() {
    // Given
    PlanRequest request = request(large(), 16_000);
    // When
    ServicePlan again = plan(request);
    // Then
    assertThat(again).isEqualTo(plan(request));
  }

  @Test
  void shouldChangeOnlyWhatLostANode() {
    // Given
    PlanRequest request = request(large(), 16_000);
    ServicePlan before = plan(request);
    String gone = "ascend-3";
    List<Node> left =
        request.pool().nodes().stream().filter(node -> !node.id().equals(gone)).toList();
    PlanRequest after = request(Pool.of(left), 16_000);
    // When
    ServicePlan plan = feasible(new ServicePlanner().replan(after, before));
    // Then
    assertValid(after, plan);
    List<Placement> kept =
        plan.pipelines().stream().map(pipeline -> pipeline.plan().placement()).toList();
    long changed =
        before.pipelines().stream()
            .filter(pipeline -> !kept.contains(pipeline.plan().placement()))
            .count();
    assertThat(changed).isBetween(1L, 2L);
  }

  @Test
  void shouldRefillALostNodeFromIdleOnes() {
    // Given: two H20 nodes decode, the third is idle
    PlanRequest two = request(Pool.of(Pools.nodes("h20", Pools.H20, 2)), 1024);
    ServicePlan before = plan(two);
    List<Node> nodes = new ArrayList<>(Pools.nodes("h20", Pools.H20, 3));
    nodes.remove(1);
    PlanRequest after = request(Pool.of(nodes), 1024);
    // When
    ServicePlan plan = feasible(new ServicePlanner().replan(after, before));
    // Then
    assertValid(after, plan);
    TreeSet<String> loaded =
        new TreeSet<>(Plans.shards(plan.pipelines().getFirst().plan().placement()));
    loaded.removeAll(Plans.shards(before.pipelines().getFirst().plan().placement()));
    assertThat(loaded).isNotEmpty();
    // And next to nothing elsewhere: single replicas that divide a hot expert
    long elsewhere = loaded.stream().filter(shard -> !shard.startsWith("h20-2/")).count();
    assertThat(elsewhere).isLessThan(loaded.size() / 50);
  }

  @Test
  void shouldSayWhatIsMissingWhenNothingFits() {
    // Given
    PlanRequest request = request(Pool.of(Pools.nodes("mtt", Pools.MTT, 1)), 64);
    // When
    ServicePlanner.Result result = new ServicePlanner().plan(request);
    // Then
    assertThat(result)
        .isInstanceOfSatisfying(
            ServicePlanner.Result.Infeasible.class,
            infeasible -> assertThat(infeasible.why().suggestion()).startsWith("Maybe "));
  }
}
