package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.proto.deployment.v1.PipelineRole;
import dev.hejin.proto.deployment.v1.ServicePlan;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Explanation;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Prediction;
import dev.hejin.scheduler.plan.Refusal;
import dev.hejin.scheduler.plan.ServicePlan.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServicePlanCodecTest {
  private static Plan plan(String device) {
    return new Plan(
        new Placement(
            List.of(
                new StagePlacement(
                    0,
                    1,
                    List.of(device),
                    List.of(1.0),
                    Precision.BF16,
                    Precision.FP8,
                    List.of(LayerPlacement.NONE)))),
        List.of(new DeviceMemory(device, 100, 10, 20, 30, 5)),
        new Prediction(List.of(0.5), 0.5, 20, 40, Double.NaN, 1, "stage 0"),
        List.of(),
        List.of(),
        "hejin");
  }

  private static ServicePlan message(Outcome outcome, Pipeline... pipelines) {
    return ServicePlanCodec.toProto(
        new dev.hejin.scheduler.plan.ServicePlan(
            List.of(pipelines),
            30,
            0.5,
            60,
            Double.NaN,
            List.of(new Refusal("c/0", "idle")),
            List.of("something"),
            outcome),
        id -> id.equals("a/0") ? "NCCL" : "");
  }

  private static Pipeline pipeline(String device, double share, Pipeline.Role role) {
    return new Pipeline(new Workload(10, 64), share, plan(device), role);
  }

  @Test
  void shouldCarryPipelinesRolesAndOutcome() {
    // Given
    Outcome outcome = new Outcome(0.25, 1.5, "devices", 2, 1);
    // When
    ServicePlan message =
        message(
            outcome,
            pipeline("a/0", 1, Pipeline.Role.DECODE),
            pipeline("b/0", 1, Pipeline.Role.PREFILL));
    // Then
    assertThat(message.getPipelinesList())
        .extracting(dev.hejin.proto.deployment.v1.Pipeline::getRole)
        .containsExactly(PipelineRole.PIPELINE_ROLE_DECODE, PipelineRole.PIPELINE_ROLE_PREFILL);
    assertThat(message.getPipelines(0).getTrafficShare()).isEqualTo(1);
    assertThat(message.getPipelines(0).getWorkload().getBatchTokens()).isEqualTo(10);
    assertThat(message.getPipelines(0).getWorkload().getContextTokens()).isEqualTo(64);
    assertThat(message.getPipelines(0).getPlan().getStages(0).getCollectiveLibrary())
        .isEqualTo("NCCL");
    assertThat(message.getTokensPerSecond()).isEqualTo(30);
    assertThat(message.getStepSeconds()).isEqualTo(0.5);
    assertThat(message.getBoundTokensPerSecond()).isEqualTo(60);
    assertThat(message.getOutcome().getFirstTokenSeconds()).isEqualTo(0.25);
    assertThat(message.getOutcome().getJoulesPerToken()).isEqualTo(1.5);
    assertThat(message.getOutcome().getObjective()).isEqualTo("devices");
    assertThat(message.getOutcome().getValue()).isEqualTo(2);
    assertThat(message.getOutcome().getBound()).isEqualTo(1);
    assertThat(message.getRefusals(0).getSubject()).isEqualTo("c/0");
    assertThat(message.getAssumptionsList()).containsExactly("something");
    assertThat(message.getDeployable()).isFalse();
  }

  @Test
  void shouldLeaveOutWhatIsUnknown() {
    // Given
    Outcome outcome = new Outcome(Double.NaN, Double.NaN, "tokens/s", 30, 60);
    // When
    ServicePlan message = message(outcome, pipeline("a/0", 1, Pipeline.Role.ALL));
    // Then
    assertThat(message.hasCostPerMillionTokensUsd()).isFalse();
    assertThat(message.getOutcome().hasFirstTokenSeconds()).isFalse();
    assertThat(message.getOutcome().hasJoulesPerToken()).isFalse();
    assertThat(message.getPipelines(0).getRole()).isEqualTo(PipelineRole.PIPELINE_ROLE_UNSPECIFIED);
    assertThat(message.getDeployable()).isTrue();
  }

  @Test
  void shouldCarryTensorParallelStagesThatCannotBeDeployed() {
    // Given
    StagePlacement stage =
        new StagePlacement(
            0,
            1,
            List.of("a/0", "a/1"),
            List.of(0.5, 0.5),
            Precision.BF16,
            Precision.FP8,
            List.of(LayerPlacement.NONE),
            2);
    Plan divided = of(stage);
    Outcome outcome = new Outcome(Double.NaN, Double.NaN, "tokens/s", 30, 60);
    // When
    ServicePlan message = message(outcome, new Pipeline(new Workload(10, 64), 1, divided));
    // Then
    assertThat(message.getDeployable()).isFalse();
    assertThat(message.getPipelines(0).getPlan().getStages(0).getTensorParallel()).isEqualTo(2);
    assertThat(PlanCodec.fromProto(message.getPipelines(0).getPlan()).placement())
        .isEqualTo(divided.placement());
  }

  private static Plan of(StagePlacement stage) {
    Plan whole = plan("a/0");
    return new Plan(
        new Placement(List.of(stage)),
        whole.memory(),
        whole.prediction(),
        List.of(),
        List.of(),
        "hejin");
  }

  @Test
  void shouldRefuseTensorParallelSizesThatCannotBe() {
    // Given
    dev.hejin.proto.deployment.v1.Plan.Builder plan =
        PlanCodec.toProto(plan("a/0"), device -> "").toBuilder();
    plan.getStagesBuilder(0).setTensorParallel(-4);
    // When / Then
    assertThatThrownBy(() -> PlanCodec.fromProto(plan.build()))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo("plan.stages[0]"))
        .hasMessageContainingAll("tensor_parallel is -4", "\nMaybe");
  }

  @Test
  void shouldCarryStagesWithExpertsApartThatCannotBeDeployed() {
    // Given
    StagePlacement stage =
        new StagePlacement(
            0,
            1,
            List.of("a/0", "a/1", "b/0"),
            List.of(0.5, 0.5, 0.0),
            Precision.BF16,
            Precision.FP8,
            List.of(new LayerPlacement(new int[] {2}, new int[] {0}, new double[] {1})),
            1,
            1,
            3);
    Plan apart = of(stage);
    Outcome outcome = new Outcome(Double.NaN, Double.NaN, "tokens/s", 30, 60);
    // When
    ServicePlan message = message(outcome, new Pipeline(new Workload(10, 64), 1, apart));
    // Then
    assertThat(message.getDeployable()).isFalse();
    assertThat(message.getPipelines(0).getPlan().getStages(0).getExpertDevices()).isEqualTo(1);
    assertThat(message.getPipelines(0).getPlan().getStages(0).getParts()).isEqualTo(3);
    assertThat(PlanCodec.fromProto(message.getPipelines(0).getPlan()).placement())
        .isEqualTo(apart.placement());
  }

  @Test
  void shouldCarryExplanations() {
    // Given
    Explanation explanation =
        new Explanation(
            List.of(new Explanation.StageBinding(1, 2, 0.5, 0.1, 0.2, 0.3, 0.4, "memory")),
            List.of(new Explanation.Worth("H20", "one more device", 7, "at most")),
            List.of(
                new Explanation.Alternative("one pipeline", 9, Double.NaN),
                new Explanation.Alternative("without H20", 8, 0.5)));
    // When
    dev.hejin.proto.deployment.v1.Explanation message = ServicePlanCodec.toProto(explanation);
    // Then
    assertThat(message.getStages(0).getPipeline()).isEqualTo(1);
    assertThat(message.getStages(0).getStage()).isEqualTo(2);
    assertThat(message.getStages(0).getLinkShare()).isEqualTo(0.3);
    assertThat(message.getStages(0).getBinding()).isEqualTo("memory");
    assertThat(message.getWorths(0).getTokensPerSecond()).isEqualTo(7);
    assertThat(message.getAlternatives(0).hasCostPerMillionTokensUsd()).isFalse();
    assertThat(message.getAlternatives(1).getCostPerMillionTokensUsd()).isEqualTo(0.5);
  }
}
