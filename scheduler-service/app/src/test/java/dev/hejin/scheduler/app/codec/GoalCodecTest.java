package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.ServiceGoal;
import dev.hejin.proto.deployment.v1.ServiceObjective;
import dev.hejin.proto.deployment.v1.ServiceRoles;
import dev.hejin.scheduler.planner.ServiceGoal.Objective;
import dev.hejin.scheduler.planner.ServiceGoal.Roles;
import dev.hejin.scheduler.planner.Traffic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoalCodecTest {
  @Test
  void shouldReadNoGoalAsThroughput() {
    assertThat(GoalCodec.fromProto(ServiceGoal.getDefaultInstance()))
        .isEqualTo(dev.hejin.scheduler.planner.ServiceGoal.DEFAULT);
  }

  @Test
  void shouldReadAllOfAGoal() {
    // Given
    ServiceGoal message =
        ServiceGoal.newBuilder()
            .setObjective(ServiceObjective.SERVICE_OBJECTIVE_COST)
            .setDemandTokensPerSecond(500)
            .setMostTokenSeconds(0.05)
            .setMostFirstTokenSeconds(2)
            .setRoles(ServiceRoles.SERVICE_ROLES_BEST)
            .setPromptTokens(1000)
            .setOutputTokens(100)
            .build();
    // When
    dev.hejin.scheduler.planner.ServiceGoal goal = GoalCodec.fromProto(message);
    // Then
    assertThat(goal)
        .isEqualTo(
            new dev.hejin.scheduler.planner.ServiceGoal(
                Objective.COST, 500, 0.05, 2, Roles.BEST, new Traffic(1000, 100)));
  }

  @Test
  void shouldNameWhatIsWrong() {
    assertThatThrownBy(
            () -> GoalCodec.fromProto(ServiceGoal.newBuilder().setMostTokenSeconds(-1).build()))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("\nMaybe");
    assertThatThrownBy(
            () -> GoalCodec.fromProto(ServiceGoal.newBuilder().setPromptTokens(5).build()))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("outputs of 0");
    assertThatThrownBy(
            () ->
                GoalCodec.fromProto(
                    ServiceGoal.newBuilder()
                        .setObjective(ServiceObjective.SERVICE_OBJECTIVE_DEVICES)
                        .build()))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("no demand");
  }

  @ParameterizedTest
  @CsvSource({
    "3, true, 1; 2; 4; 8",
    "32, true, is 32",
    "-1, true, is 4294967295",
    "4, false, several"
  })
  void shouldRefuseTensorParallelSizesThatCannotBe(int most, boolean several, String words) {
    // Given
    PlanDeploymentRequest request =
        PlanDeploymentRequest.newBuilder()
            .setMostTensorParallel(most)
            .setSeveralPipelines(several)
            .build();
    // When, Then
    assertThatThrownBy(() -> GoalCodec.mostTensorParallel(request))
        .isInstanceOf(InvalidMessageException.class)
        .extracting(e -> ((InvalidMessageException) e).field() + " " + e.getMessage(), STRING)
        .contains("most_tensor_parallel", words.replace(';', ','), "\nMaybe");
  }

  @Test
  void shouldTakeTensorParallelSizesWithPipelinesOrGoals() {
    // Given
    PlanDeploymentRequest.Builder request =
        PlanDeploymentRequest.newBuilder().setMostTensorParallel(8);
    // When, Then
    assertThat(GoalCodec.mostTensorParallel(request.setSeveralPipelines(true).build()))
        .isEqualTo(8);
    assertThat(GoalCodec.mostTensorParallel(PlanDeploymentRequest.getDefaultInstance())).isZero();
  }

  @Test
  void shouldSearchExpertsApartWithPipelinesOrGoalsOnly() {
    // Given
    PlanDeploymentRequest.Builder request =
        PlanDeploymentRequest.newBuilder().setExpertsApart(true);
    // When, Then
    assertThatThrownBy(() -> GoalCodec.expertsApart(request.build()))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("without several_pipelines")
        .hasMessageContaining("\nMaybe");
    assertThat(GoalCodec.expertsApart(request.setSeveralPipelines(true).build())).isTrue();
    assertThat(GoalCodec.expertsApart(PlanDeploymentRequest.getDefaultInstance())).isFalse();
  }
}
