package dev.hejin.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.deployment.v1.LayerPlacement;
import dev.hejin.proto.deployment.v1.Pipeline;
import dev.hejin.proto.deployment.v1.Plan;
import dev.hejin.proto.deployment.v1.PlanDeploymentResponse;
import dev.hejin.proto.deployment.v1.ServicePlan;
import dev.hejin.proto.deployment.v1.StagePlacement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceTextTest {
  private static List<String> text(int tensorParallel) {
    StagePlacement.Builder stage =
        StagePlacement.newBuilder()
            .setEndLayer(80)
            .addAllDeviceIds(List.of("a/0", "a/1"))
            .setTensorParallel(tensorParallel);
    Plan.Builder plan = Plan.newBuilder().addStages(stage);
    return ServiceText.response(
        PlanDeploymentResponse.newBuilder()
            .setService(
                ServicePlan.newBuilder()
                    .addPipelines(Pipeline.newBuilder().setTrafficShare(1).setPlan(plan)))
            .build(),
        Map.of("a/0", "NVIDIA H800", "a/1", "NVIDIA H800"));
  }

  @Test
  void shouldSayWhichDevicesDivideLayersAndThatNoneLoadsThem() {
    // When
    List<String> lines = text(2);
    // Then
    assertThat(lines).anyMatch(line -> line.contains("2 x NVIDIA H800, tensor parallel 2"));
    assertThat(lines.getLast()).endsWith("tensor parallel stages can be planned, not deployed");
  }

  @Test
  void shouldSayNothingOfWholeLayers() {
    // When
    List<String> lines = text(0);
    // Then
    assertThat(lines).noneMatch(line -> line.contains("tensor parallel"));
  }

  @Test
  void shouldSayWhereAttentionAndWhereExpertsLie() {
    // Given
    StagePlacement.Builder stage =
        StagePlacement.newBuilder()
            .setEndLayer(60)
            .addAllDeviceIds(List.of("a/0", "b/0", "b/1"))
            .setExpertDevices(2)
            .setParts(3)
            .addLayers(
                LayerPlacement.newBuilder().addDevice(1).addDevice(2).addExpert(0).addExpert(1));
    Plan.Builder plan = Plan.newBuilder().addStages(stage);
    // When
    List<String> lines =
        ServiceText.response(
            PlanDeploymentResponse.newBuilder()
                .setService(
                    ServicePlan.newBuilder()
                        .addPipelines(Pipeline.newBuilder().setTrafficShare(1).setPlan(plan)))
                .build(),
            Map.of("a/0", "L40S", "b/0", "H20", "b/1", "H20"));
    // Then
    assertThat(lines)
        .anyMatch(line -> line.matches(".*1 x L40S, experts on 2 x H20, 3 parts .* 1 .*"));
    assertThat(lines.getLast())
        .endsWith("experts apart from attention can be planned, not deployed");
  }
}
