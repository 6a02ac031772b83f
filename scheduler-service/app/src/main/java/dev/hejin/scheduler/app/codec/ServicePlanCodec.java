package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.deployment.v1.Pipeline;
import dev.hejin.proto.deployment.v1.PipelineRole;
import dev.hejin.proto.deployment.v1.ServiceOutcome;
import dev.hejin.proto.deployment.v1.ServicePlan;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.scheduler.plan.Explanation;
import java.util.function.Function;

/** Plans of several pipelines and explanations, as they go to callers; they are never read back. */
public final class ServicePlanCodec {
  private ServicePlanCodec() {}

  /**
   * The plan.
   *
   * @param collectiveLibrary of a device, by id; empty when unknown
   */
  public static ServicePlan toProto(
      dev.hejin.scheduler.plan.ServicePlan plan, Function<String, String> collectiveLibrary) {
    ServicePlan.Builder builder =
        ServicePlan.newBuilder()
            .setTokensPerSecond(plan.tokensPerSecond())
            .setStepSeconds(plan.stepSeconds())
            .setBoundTokensPerSecond(plan.boundTokensPerSecond())
            .addAllAssumptions(plan.assumptions())
            .setOutcome(outcome(plan.outcome()))
            .setDeployable(
                plan.pipelines().stream()
                    .allMatch(pipeline -> isDeployable(pipeline, collectiveLibrary)));
    if (!Double.isNaN(plan.costPerMillionTokensUsd())) {
      builder.setCostPerMillionTokensUsd(plan.costPerMillionTokensUsd());
    }
    plan.pipelines()
        .forEach(
            pipeline ->
                builder.addPipelines(
                    Pipeline.newBuilder()
                        .setTrafficShare(pipeline.trafficShare())
                        .setRole(role(pipeline.role()))
                        .setWorkload(
                            Workload.newBuilder()
                                .setBatchTokens(pipeline.workload().batchTokens())
                                .setContextTokens(pipeline.workload().contextTokens()))
                        .setPlan(PlanCodec.toProto(pipeline.plan(), collectiveLibrary))));
    plan.refusals()
        .forEach(
            refusal ->
                builder.addRefusals(
                    dev.hejin.proto.deployment.v1.Refusal.newBuilder()
                        .setSubject(refusal.subject())
                        .setReason(refusal.reason())));
    return builder.build();
  }

  private static boolean isDeployable(
      dev.hejin.scheduler.plan.Pipeline pipeline, Function<String, String> collectiveLibrary) {
    boolean spans =
        pipeline.plan().placement().stages().stream()
            .anyMatch(stage -> PlanCodec.libraries(stage, collectiveLibrary).size() > 1);
    return pipeline.role() == dev.hejin.scheduler.plan.Pipeline.Role.ALL
        && !pipeline.isTensorParallel()
        && !pipeline.isApart()
        && !spans;
  }

  private static PipelineRole role(dev.hejin.scheduler.plan.Pipeline.Role role) {
    return switch (role) {
      case ALL -> PipelineRole.PIPELINE_ROLE_UNSPECIFIED;
      case PREFILL -> PipelineRole.PIPELINE_ROLE_PREFILL;
      case DECODE -> PipelineRole.PIPELINE_ROLE_DECODE;
    };
  }

  private static ServiceOutcome outcome(dev.hejin.scheduler.plan.ServicePlan.Outcome outcome) {
    ServiceOutcome.Builder builder =
        ServiceOutcome.newBuilder()
            .setObjective(outcome.objective())
            .setValue(outcome.value())
            .setBound(outcome.bound());
    if (!Double.isNaN(outcome.firstTokenSeconds())) {
      builder.setFirstTokenSeconds(outcome.firstTokenSeconds());
    }
    if (!Double.isNaN(outcome.joulesPerToken())) {
      builder.setJoulesPerToken(outcome.joulesPerToken());
    }
    return builder.build();
  }

  /** Why a plan is as it is. */
  public static dev.hejin.proto.deployment.v1.Explanation toProto(Explanation explanation) {
    dev.hejin.proto.deployment.v1.Explanation.Builder builder =
        dev.hejin.proto.deployment.v1.Explanation.newBuilder();
    for (Explanation.StageBinding stage : explanation.stages()) {
      builder.addStages(
          dev.hejin.proto.deployment.v1.StageBinding.newBuilder()
              .setPipeline(stage.pipeline())
              .setStage(stage.stage())
              .setSeconds(stage.seconds())
              .setComputeShare(stage.compute())
              .setMemoryBandwidthShare(stage.memoryBandwidth())
              .setLinkShare(stage.link())
              .setMemoryUsed(stage.memoryUsed())
              .setBinding(stage.binding()));
    }
    for (Explanation.Worth worth : explanation.worths()) {
      builder.addWorths(
          dev.hejin.proto.deployment.v1.Worth.newBuilder()
              .setSubject(worth.subject())
              .setResource(worth.resource())
              .setTokensPerSecond(worth.tokensPerSecond())
              .setMethod(worth.method()));
    }
    for (Explanation.Alternative alternative : explanation.alternatives()) {
      dev.hejin.proto.deployment.v1.Alternative.Builder row =
          dev.hejin.proto.deployment.v1.Alternative.newBuilder()
              .setDescription(alternative.description())
              .setTokensPerSecond(alternative.tokensPerSecond());
      if (!Double.isNaN(alternative.costPerMillionTokensUsd())) {
        row.setCostPerMillionTokensUsd(alternative.costPerMillionTokensUsd());
      }
      builder.addAlternatives(row);
    }
    return builder.build();
  }
}
