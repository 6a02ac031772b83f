package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.proto.deployment.v1.ServiceGoal;
import dev.hejin.proto.deployment.v1.ServiceObjective;
import dev.hejin.proto.deployment.v1.ServiceRoles;
import dev.hejin.scheduler.planner.ServiceGoal.Objective;
import dev.hejin.scheduler.planner.ServiceGoal.Roles;
import dev.hejin.scheduler.planner.Traffic;
import org.junit.jupiter.api.Test;

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
}
