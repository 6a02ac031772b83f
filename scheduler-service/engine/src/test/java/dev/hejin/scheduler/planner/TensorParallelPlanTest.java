package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.plan.ServicePlanVerifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages whose devices divide attention and dense layers between them. */
class TensorParallelPlanTest {
  private static final ModelSpec MODEL = ModelCatalog.bundled().model("llama-3.1-70b");

  /** 141 GB of weights at 4,000 GB/s take 35 ms, one device of a pipeline after another. */
  private static final double LIMIT_SECONDS = 0.03;

  private static PlanRequest request(Pool pool, int sequences) {
    return new PlanRequest(
        MODEL,
        pool,
        new Workload(sequences, 512),
        Loads.skewed(MODEL, 0.5, 1),
        PlanOptions.DEFAULT,
        null);
  }

  private static ServiceGoal within(double tokenSeconds) {
    return new ServiceGoal(
        ServiceGoal.Objective.THROUGHPUT,
        0,
        tokenSeconds,
        Double.POSITIVE_INFINITY,
        ServiceGoal.Roles.TOGETHER,
        null);
  }

  private static Pool pool(int nodes, int perNode) {
    List<Node> all = new ArrayList<>();
    for (int n = 0; n < nodes; n++) {
      all.add(Pools.node("h20-" + n, Pools.H20, perNode));
    }
    return Pool.of(all);
  }

  private static List<StagePlacement> stages(ServicePlan plan) {
    return plan.pipelines().stream()
        .flatMap(pipeline -> pipeline.plan().placement().stages().stream())
        .toList();
  }

  private static ServicePlan plan(ServicePlanner.Result result) {
    return ((ServicePlanner.Result.Feasible) result).plan();
  }

  @Test
  void shouldDivideLayersOnlyWhereALimitDemandsIt() {
    // Given
    PlanRequest request = request(pool(1, 8), 16);
    // When
    ServicePlan loose = plan(TensorFallback.plan(request, within(1), StepBudget.unlimited()));
    ServicePlan strict =
        plan(TensorFallback.plan(request, within(LIMIT_SECONDS), StepBudget.unlimited()));
    // Then
    assertThat(loose.pipelines()).noneMatch(Pipeline::isTensorParallel);
    assertThat(strict.pipelines()).allMatch(Pipeline::isTensorParallel);
    assertThat(strict.stepSeconds()).isLessThanOrEqualTo(LIMIT_SECONDS);
    assertThat(strict.refusals().getFirst().reason()).contains("no layout found keeps the limits");
    assertThat(valid(request, strict)).isTrue();
  }

  private static boolean valid(PlanRequest request, ServicePlan plan) {
    int sequences = plan.pipelines().stream().mapToInt(each -> each.workload().batchTokens()).sum();
    MemoryModel memory = new MemoryModel(MODEL, request.workload());
    return ServicePlanVerifier.verify(MODEL, request.pool(), plan, sequences, memory::shardBytes)
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"6, 6", "8, 8", "8, 7", "4, 3"})
  void shouldKeepEachGroupOnOneNode(int perNode, int last) {
    // Given
    List<Node> nodes = new ArrayList<>(pool(3, perNode).nodes());
    nodes.add(Pools.node("h20-3", Pools.H20, last));
    PlanRequest request = request(Pool.of(nodes), 48);
    PlanRequest divided = request.with(PlanOptions.DEFAULT.withMostTensorParallel(8));
    // When
    ServicePlan plan =
        plan(new ServicePlanner().plan(divided, within(LIMIT_SECONDS), StepBudget.unlimited()));
    // Then
    assertThat(valid(request, plan)).isTrue();
    assertThat(stages(plan)).anyMatch(stage -> stage.tensorParallel() > 1);
  }

  @Test
  void shouldHoldAPartOfTheWeightsOnEachDevice() {
    // Given
    PlanRequest request =
        request(pool(1, 8), 16).with(PlanOptions.DEFAULT.withMostTensorParallel(8));
    // When
    ServicePlan plan =
        plan(new ServicePlanner().plan(request, within(LIMIT_SECONDS), StepBudget.unlimited()));
    // Then
    StagePlacement stage = stages(plan).getFirst();
    long all = 0;
    for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
      all +=
          new MemoryModel(MODEL, request.workload())
              .layerBytes(MODEL.layers().get(layer), stage.precision());
    }
    long held = plan.pipelines().getFirst().plan().memory().getFirst().weightBytes();
    assertThat(stage.tensorParallel()).isGreaterThan(1);
    assertThat(held)
        .isGreaterThan(all / stage.tensorParallel())
        .isLessThan(all / stage.tensorParallel() + all / 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 32})
  void shouldRefuseSizesThatAreNoPowerOfTwo(int most) {
    // When, Then
    assertThatThrownBy(() -> PlanOptions.DEFAULT.withMostTensorParallel(most))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("most_tensor_parallel is " + most)
        .hasMessageContaining("Maybe 8");
  }
}
