package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.Bridge;
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

/** Stages on devices of two libraries that a bridge joins. */
class BridgePlanTest {
  /** A layer with experts takes 2.4 GB in 16 bits. */
  private static final ModelSpec LARGE_LAYER = Models.smallMoe(2, 192, 2);

  private static final ModelSpec DEEPSEEK = Models.deepSeekV3();
  private static final Bridge BRIDGE = new Bridge("NVIDIACL", "HuaweiCL", 5e-5, 12e9);

  private static PlanRequest request(
      ModelSpec model, List<Node> nodes, int sequences, Bridge... bridges) {
    return new PlanRequest(
        model,
        Pool.of(nodes).withBridges(List.of(bridges)),
        new Workload(sequences, 1024),
        Loads.skewed(model, 0.5, 1),
        PlanOptions.DEFAULT,
        null);
  }

  /** One device of each vendor, of which neither holds a layer with its experts. */
  private static PlanRequest twoSmall(Bridge... bridges) {
    return request(
        LARGE_LAYER,
        List.of(
            Pools.node("h20", Pools.H20.withMemory(2.8), 1),
            Pools.node("ascend", Pools.ASCEND.withMemory(2.8), 1)),
        8,
        bridges);
  }

  /** A node each of H20 and of something with more arithmetic and another library. */
  private static PlanRequest apart(Bridge... bridges) {
    Pools.Type fast = new Pools.Type("Other", "fast", 48, 864, 362, 733, 733, 32, 0.5);
    List<Node> nodes = new ArrayList<>(Pools.nodes("h20", Pools.H20, 1));
    nodes.addAll(Pools.nodes("fast", fast, 1));
    return request(DEEPSEEK, nodes, 2048, bridges).with(PlanOptions.DEFAULT.withExpertsApart(true));
  }

  private static ServicePlan plan(PlanRequest request) {
    return ((ServicePlanner.Result.Feasible) new ServicePlanner().plan(request)).plan();
  }

  @Test
  void shouldSpanLibrariesWhereNeitherSideHoldsALayer() {
    // Given
    ServicePlanner.Result without = new ServicePlanner().plan(twoSmall());
    PlanRequest request = twoSmall(BRIDGE);
    // When
    ServicePlan plan = plan(request);
    // Then
    MemoryModel memory = new MemoryModel(LARGE_LAYER, request.workload());
    List<StagePlacement> stages = plan.pipelines().getFirst().plan().placement().stages();
    assertThat(((ServicePlanner.Result.Infeasible) without).why().refusals())
        .anyMatch(refusal -> refusal.reason().contains("no bridge joins the two libraries"));
    assertThat(stages).anyMatch(stage -> stage.deviceIds().equals(List.of("ascend/0", "h20/0")));
    assertThat(plan.tokensPerSecond()).isLessThanOrEqualTo(plan.boundTokensPerSecond());
    assertThat(ServicePlanVerifier.verify(LARGE_LAYER, request.pool(), plan, 8, memory::shardBytes))
        .isEmpty();
  }

  @Test
  void shouldBePricedAtTheBridge() {
    // Given
    PlanRequest request = twoSmall(BRIDGE);
    Pipeline pipeline = plan(request).pipelines().getFirst();
    PlanRequest slower = twoSmall(new Bridge("NVIDIACL", "HuaweiCL", 5e-3, 12e9));
    // When
    Evaluation same = Evaluation.of(request, pipeline.plan().placement());
    Evaluation later = Evaluation.of(slower, pipeline.plan().placement());
    // Then: one layer with experts, two ways
    double before = same.stageSeconds().stream().mapToDouble(each -> each).sum();
    double after = later.stageSeconds().stream().mapToDouble(each -> each).sum();
    assertThat(same.tokensPerSecond())
        .isCloseTo(pipeline.plan().prediction().tokensPerSecond(), withinPercentage(1e-6));
    assertThat(after - before).isCloseTo(2 * (5e-3 - 5e-5), withinPercentage(1e-3));
  }

  private static boolean spans(ServicePlan plan) {
    return plan.pipelines().stream()
        .flatMap(pipeline -> pipeline.plan().placement().stages().stream())
        .anyMatch(
            stage ->
                stage.deviceIds().contains("h20-0/0") && stage.deviceIds().contains("fast-0/0"));
  }

  @Test
  void shouldSpanLibrariesWhereTheBridgeIsFastEnough() {
    // When
    ServicePlan without = plan(apart());
    ServicePlan with = plan(apart(new Bridge("OtherCL", "NVIDIACL", 0, 25e9)));
    ServicePlan slow = plan(apart(new Bridge("OtherCL", "NVIDIACL", 0, 1e9)));
    // Then
    assertThat(spans(without)).isFalse();
    assertThat(without.refusals())
        .anyMatch(
            refusal ->
                refusal.subject().equals("stages on NVIDIACL and OtherCL")
                    && refusal.reason().contains("no bridge joins"));
    assertThat(spans(with)).isTrue();
    assertThat(with.tokensPerSecond()).isGreaterThan(1.1 * without.tokensPerSecond());
    assertThat(with.boundTokensPerSecond()).isGreaterThan(with.tokensPerSecond());
    assertThat(spans(slow)).isFalse();
    assertThat(slow.tokensPerSecond()).isGreaterThanOrEqualTo(without.tokensPerSecond());
  }

  @Test
  void shouldHaveAttentionAndExpertsOnTwoVendorsOnlyWithABridge() {
    // When, Then
    assertThat(dividedAcross(apart())).isZero();
    assertThat(dividedAcross(apart(new Bridge("OtherCL", "NVIDIACL", 0, 25e9)))).isPositive();
  }

  /** Forms of stages with attention on one vendor's devices and experts on the other's. */
  private static long dividedAcross(PlanRequest request) {
    PlanningContext context = PlanningContext.of(request);
    List<DeviceKind> kinds = DeviceKind.of(Inventory.of(request, context.assumptions()));
    LayerClasses classes = new LayerClasses(DEEPSEEK.layers(), context.load());
    return new StagePairs(context, kinds, classes)
        .forms(256).stream()
            .filter(form -> form.isApart() && !form.kind().equals(form.other()))
            .count();
  }

  @Test
  void shouldPlanAnewAfterALossWhereStagesMaySpanLibraries() {
    // Given
    PlanRequest request = apart(new Bridge("OtherCL", "NVIDIACL", 0, 25e9));
    ServicePlan inForce = plan(request);
    Pool left = Pools.without(request.pool(), "fast-0/7").withBridges(request.pool().bridges());
    // When
    ServicePlanner.Result result = new ServicePlanner().replan(request.anewOn(left), inForce);
    // Then
    ServicePlan plan = ((ServicePlanner.Result.Feasible) result).plan();
    assertThat(plan.pipelines())
        .allMatch(
            each ->
                each.plan().placement().stages().stream()
                    .noneMatch(stage -> stage.deviceIds().contains("fast-0/7")));
  }
}
