package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.ServiceGoal;
import dev.hejin.proto.deployment.v1.ServiceObjective;
import dev.hejin.proto.deployment.v1.ServiceRoles;
import dev.hejin.scheduler.planner.ServiceGoal.Objective;
import dev.hejin.scheduler.planner.ServiceGoal.Roles;
import dev.hejin.scheduler.planner.Traffic;

/** Goals of plans of several pipelines. */
public final class GoalCodec {
  private GoalCodec() {}

  /** The goal, checked. */
  public static dev.hejin.scheduler.planner.ServiceGoal fromProto(ServiceGoal goal) {
    double tokenSeconds = limit("goal.most_token_seconds", goal.getMostTokenSeconds());
    double firstSeconds = limit("goal.most_first_token_seconds", goal.getMostFirstTokenSeconds());
    try {
      return new dev.hejin.scheduler.planner.ServiceGoal(
          objective(goal.getObjective()),
          goal.getDemandTokensPerSecond(),
          tokenSeconds,
          firstSeconds,
          roles(goal.getRoles()),
          goal.getPromptTokens() == 0 && goal.getOutputTokens() == 0
              ? null
              : new Traffic(goal.getPromptTokens(), goal.getOutputTokens()));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("goal", String.valueOf(e.getMessage()));
    }
  }

  /** Most devices that may divide layers between them; 0 where the planner is to decide. */
  public static int mostTensorParallel(PlanDeploymentRequest request) {
    int most = request.getMostTensorParallel();
    if (most < 0 || most > 16 || Integer.bitCount(most) > 1) {
      throw new InvalidMessageException(
          "most_tensor_parallel",
          "is " + Integer.toUnsignedString(most) + "\nMaybe 8; 1, 2, 4, 8 and 16 are allowed.");
    }
    if (most > 1 && !request.getSeveralPipelines() && !request.hasGoal()) {
      throw new InvalidMessageException(
          "most_tensor_parallel",
          "is "
              + most
              + " without several_pipelines\nMaybe set several_pipelines or a goal: a single"
              + " pipeline is planned as it can be deployed, with whole layers.");
    }
    return most;
  }

  /** Whether stages are searched whose attention and experts lie on different devices. */
  public static boolean expertsApart(PlanDeploymentRequest request) {
    if (request.getExpertsApart() && !request.getSeveralPipelines() && !request.hasGoal()) {
      throw new InvalidMessageException(
          "experts_apart",
          "is true without several_pipelines\nMaybe set several_pipelines or a goal: a single"
              + " pipeline is planned as it can be deployed, with attention and experts together.");
    }
    return request.getExpertsApart();
  }

  private static double limit(String field, double seconds) {
    if (!(seconds >= 0)) {
      throw new InvalidMessageException(
          field, "is " + seconds + "\nMaybe give seconds above 0, or leave it out.");
    }
    return seconds == 0 ? Double.POSITIVE_INFINITY : seconds;
  }

  private static Objective objective(ServiceObjective objective) {
    return switch (objective) {
      case SERVICE_OBJECTIVE_UNSPECIFIED, SERVICE_OBJECTIVE_THROUGHPUT -> Objective.THROUGHPUT;
      case SERVICE_OBJECTIVE_COST -> Objective.COST;
      case SERVICE_OBJECTIVE_DEVICES -> Objective.DEVICES;
      case SERVICE_OBJECTIVE_ENERGY -> Objective.ENERGY;
      case UNRECOGNIZED ->
          throw new InvalidMessageException(
              "goal.objective",
              "is none of throughput, cost, devices and energy"
                  + "\nMaybe the sender speaks a newer protocol.");
    };
  }

  private static Roles roles(ServiceRoles roles) {
    return switch (roles) {
      case SERVICE_ROLES_UNSPECIFIED, SERVICE_ROLES_TOGETHER -> Roles.TOGETHER;
      case SERVICE_ROLES_APART -> Roles.APART;
      case SERVICE_ROLES_BEST -> Roles.BEST;
      case UNRECOGNIZED ->
          throw new InvalidMessageException(
              "goal.roles",
              "is none of together, apart and best\nMaybe the sender speaks a newer protocol.");
    };
  }
}
