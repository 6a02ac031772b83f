package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Explanation;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.plan.ServicePlanVerifier;
import dev.hejin.scheduler.plan.Violation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stages whose attention and routed experts lie on different devices. */
class ApartPlanTest {
  private static final ModelSpec MODEL = Models.deepSeekV3();
  private static final PlanOptions APART = PlanOptions.DEFAULT.withExpertsApart(true);
  private static final Pools.Type FAST =
      new Pools.Type("NVIDIA", "L40S", 48, 864, 362, 733, 733, 32, 0.5);

  private static PlanRequest request(Pool pool, PlanOptions options) {
    return new PlanRequest(
        MODEL, pool, new Workload(2048, 1024), Loads.skewed(MODEL, 0.5, 1), options, null);
  }

  private static Pool pool(int h20, Pools.Type other, int others) {
    List<Node> nodes = new ArrayList<>(Pools.nodes("h20", Pools.H20, h20));
    nodes.addAll(Pools.nodes("other", other, others));
    return Pool.of(nodes);
  }

  private static ServicePlan plan(PlanRequest request) {
    return ((ServicePlanner.Result.Feasible) new ServicePlanner().plan(request)).plan();
  }

  private static List<Violation> violations(PlanRequest request, ServicePlan plan) {
    MemoryModel memory = new MemoryModel(MODEL, request.workload());
    return ServicePlanVerifier.verify(MODEL, request.pool(), plan, 2048, memory::shardBytes);
  }

  /**
   * Latent attention does 240 operations for each byte that it reads, and an L40S has 2.4 times an
   * H20's; experts of 64 tokens each are read, and an H20 reads 4.6 times as fast.
   */
  @Test
  void shouldPutAttentionWhereArithmeticIsAndExpertsWhereBandwidthIs() {
    // Given
    PlanRequest request = request(pool(1, FAST, 1), APART);
    ServicePlan together = plan(request.with(PlanOptions.DEFAULT));
    // When
    ServicePlan plan = plan(request);
    // Then
    StagePlacement stage = plan.pipelines().getFirst().plan().placement().stages().getFirst();
    assertThat(stage.deviceIds().subList(0, stage.attentionDevices()))
        .hasSize(8)
        .allMatch(id -> id.startsWith("other-0/"));
    assertThat(stage.expertDevices()).isEqualTo(8);
    assertThat(stage.parts()).isGreaterThan(1);
    assertThat(plan.tokensPerSecond()).isGreaterThan(together.tokensPerSecond());
    assertThat(violations(request, plan)).isEmpty();
  }

  @Test
  void shouldBeEvaluatedAsItWasPredicted() {
    // Given
    PlanRequest request = request(pool(1, FAST, 1), APART);
    Plan plan = plan(request).pipelines().getFirst().plan();
    // When
    Evaluation evaluation = Evaluation.of(request, plan.placement());
    // Then
    assertThat(evaluation.tokensPerSecond())
        .isCloseTo(plan.prediction().tokensPerSecond(), withinPercentage(1e-6));
    assertThat(evaluation.expertSeconds().get("other-0/0")).isZero();
    assertThat(evaluation.expertSeconds().get("h20-0/0"))
        .isPositive()
        .isEqualTo(evaluation.deviceSeconds().get("h20-0/0"));
  }

  @Test
  void shouldStayTogetherWhereThatIsBetterAndSayWhatTheOtherCouldDoAtMost() {
    // Given
    PlanRequest request = request(pool(2, Pools.H20, 0), APART);
    ServicePlan together = plan(request.with(PlanOptions.DEFAULT));
    // When
    ServicePlan plan = plan(request);
    // Then
    assertThat(plan.pipelines()).noneMatch(Pipeline::isApart);
    assertThat(plan.tokensPerSecond()).isGreaterThanOrEqualTo(together.tokensPerSecond());
    assertThat(plan.boundTokensPerSecond()).isGreaterThanOrEqualTo(together.boundTokensPerSecond());
  }

  @Test
  void shouldNotDivideStagesThatReadPromptsToo() {
    // Given
    ServiceGoal goal =
        new ServiceGoal(
            ServiceGoal.Objective.THROUGHPUT,
            0,
            Double.POSITIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            ServiceGoal.Roles.TOGETHER,
            new Traffic(512, 512));
    // When
    ServicePlanner.Result result =
        new ServicePlanner().plan(request(pool(1, FAST, 1), APART), goal, StepBudget.unlimited());
    // Then
    assertThat(((ServicePlanner.Result.Feasible) result).plan().pipelines())
        .noneMatch(Pipeline::isApart);
  }

  @Test
  void shouldNameTheAlternativeOfBothOnTheSameDevices() {
    // Given
    PlanRequest request = request(pool(1, FAST, 1), APART);
    ServicePlan plan = plan(request);
    // When
    Explanation explanation = PlanExplainer.explain(request, plan);
    // Then
    assertThat(explanation.alternatives())
        .anyMatch(
            each ->
                each.description().equals("attention and experts on the same devices")
                    && each.tokensPerSecond() < plan.tokensPerSecond());
    assertThat(explanation.stages())
        .allMatch(each -> each.compute() + each.memoryBandwidth() > 0.5);
  }
}
