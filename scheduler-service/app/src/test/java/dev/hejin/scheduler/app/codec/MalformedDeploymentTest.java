package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import dev.hejin.proto.deployment.v1.LayerLoad;
import dev.hejin.proto.deployment.v1.Plan;
import dev.hejin.proto.deployment.v1.ServiceMember;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers want served, and plans as the log has them. */
class MalformedDeploymentTest {
  private static final String CONFIG = "spec.model.config_json";

  private static DeploymentSpec.Builder spec() {
    return SpecCodec.toProto(RecordedEvents.spec()).toBuilder();
  }

  private static Arguments spec(
      String field, String message, Consumer<DeploymentSpec.Builder> change) {
    DeploymentSpec.Builder spec = spec();
    change.accept(spec);
    return arguments(field, message, spec.build());
  }

  private static Arguments config(String field, String message, String config) {
    return spec(field, message, spec -> spec.getModelBuilder().setConfigJson(config));
  }

  private static Arguments load(String message, double... first) {
    LayerLoad.Builder row = LayerLoad.newBuilder();
    for (double tokens : first) {
      row.addTokens(tokens);
    }
    return spec("spec.expert_load", message, spec -> spec.getExpertLoadBuilder().setLayers(0, row));
  }

  static Stream<Arguments> models() {
    return Stream.of(
        spec("spec.model", "no model is named", DeploymentSpec.Builder::clearModel),
        spec(
            "spec.model",
            "no model is named\nMaybe give catalog_name",
            spec -> spec.getModelBuilder().clearConfigJson()),
        spec(
            "spec.model.catalog_name",
            "is empty",
            spec -> spec.getModelBuilder().setCatalogName(" ")),
        spec(
            "spec.model.catalog_name",
            "mixtral-8x8b",
            spec -> spec.getModelBuilder().setCatalogName("mixtral-8x8b")),
        config(CONFIG, "is empty\nMaybe the file was empty.", ""),
        config(CONFIG, "is empty", "\n \t"),
        config(
            CONFIG,
            "is not a JSON object: ",
            RecordedEvents.CONFIG.substring(0, RecordedEvents.CONFIG.length() / 2)),
        config(CONFIG, "is not a JSON object: ", "[1, 2]"),
        config(CONFIG, "is not a JSON object: ", "7"),
        config(CONFIG, "is not a JSON object: ", "<html>"),
        config(CONFIG, "is null", "null"),
        config(
            CONFIG,
            "has 1048577 characters; at most 1048576 are allowed",
            " ".repeat(1 << 20) + "{"),
        config(
            CONFIG + ".num_hidden_layers",
            "num_hidden_layers",
            RecordedEvents.CONFIG.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 0")),
        config(CONFIG + ".architectures", "architectures", "{}"));
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        spec("spec.name", "name 'Upper'", spec -> spec.setName("Upper")),
        spec("spec.name", "name ''", DeploymentSpec.Builder::clearName),
        spec("spec.workload.batch_tokens", "is 0", DeploymentSpec.Builder::clearWorkload),
        spec(
            "spec.workload.batch_tokens",
            "is 4294967292\nMaybe give a number from 1 to 2147483647.",
            spec -> spec.getWorkloadBuilder().setBatchTokens(-4)),
        spec(
            "spec.workload.context_tokens",
            "is 0",
            spec -> spec.getWorkloadBuilder().clearContextTokens()),
        spec(
            "spec.objective",
            "objective is not one of throughput and cost",
            spec -> spec.setObjectiveValue(9)),
        spec(
            "spec.allowed_precisions[1]",
            "precision is UNRECOGNIZED",
            spec ->
                spec.clearAllowedPrecisions()
                    .addAllowedPrecisions(Precision.PRECISION_BF16)
                    .addAllowedPrecisionsValue(99)),
        spec("spec.policy", "'nobody'", spec -> spec.setPolicy("nobody")),
        spec(
            "spec.redundant_expert_share",
            "redundant_expert_share is -0.1",
            spec -> spec.setRedundantExpertShare(-0.1)),
        spec(
            "spec.redundant_expert_share",
            "redundant_expert_share is NaN",
            spec -> spec.setRedundantExpertShare(Double.NaN)),
        spec(
            "spec.headroom_experts", "headroom_experts is -1", spec -> spec.setHeadroomExperts(-1)),
        spec(
            "spec.rebalance.gain_threshold",
            "rebalance.gain_threshold is 1.5",
            spec -> spec.getRebalanceBuilder().setGainThreshold(1.5)),
        spec(
            "spec.rebalance.gain_threshold",
            "rebalance.gain_threshold is NaN",
            spec -> spec.getRebalanceBuilder().setGainThreshold(Double.NaN)),
        load("layer 0 has 3 experts, the model 4", 1, 1, 1),
        load("layer 0, expert 2 is NaN", 1, 1, Double.NaN, 1),
        load("layer 0, expert 0 is -1.0", -1, 1, 1, 1),
        load("layer 0 is all zero", 0, 0, 0, 0),
        spec(
            "spec.expert_load",
            "expert load has 3 layers",
            spec -> spec.getExpertLoadBuilder().addLayers(LayerLoad.newBuilder())));
  }

  @ParameterizedTest
  @MethodSource({"models", "settings"})
  void shouldRefuseSpec(String field, String message, DeploymentSpec spec) {
    // When, then
    assertThatThrownBy(() -> SpecCodec.fromProto(spec))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseMemberOfCallers() {
    // Given
    DeploymentSpec spec = spec().setMember(ServiceMember.newBuilder().setService("chat")).build();

    // When, then
    assertThatThrownBy(() -> SpecCodec.fromProto(spec))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo("spec.member"))
        .hasMessageContaining("names service 'chat'")
        .hasMessageContaining("Maybe leave it out");
  }

  @Test
  void shouldSayWhereConfigIsCutOff() {
    // Given
    DeploymentSpec.Builder spec = spec();
    spec.getModelBuilder().setConfigJson("{\n  \"hidden_size\": 40");

    // When, then
    assertThatThrownBy(() -> SpecCodec.fromProto(spec.build()))
        .hasMessageContaining("(line 2, column ")
        .hasMessageContaining("\nMaybe the file is truncated");
  }

  @Test
  void shouldFillInDefaults() {
    // Given
    DeploymentSpec asked =
        spec()
            .clearPolicy()
            .clearObjective()
            .clearAllowedPrecisions()
            .clearRedundantExpertShare()
            .clearHeadroomExperts()
            .clearRebalance()
            .clearExpertLoad()
            .setSeed(1)
            .build();

    // When
    dev.hejin.scheduler.lifecycle.DeploymentSpec spec = SpecCodec.fromProto(asked);

    // Then
    assertThat(spec.options()).isEqualTo(dev.hejin.scheduler.planner.PlanOptions.DEFAULT);
    assertThat(spec.gainThreshold()).isEqualTo(0.97);
    assertThat(spec.automatic()).isFalse();
    assertThat(spec.expectedLoad())
        .isEqualTo(dev.hejin.scheduler.model.ExpertLoad.uniform(RecordedEvents.MODEL));
  }

  private static Arguments plan(String field, String message, Consumer<Plan.Builder> change) {
    Plan.Builder plan = PlanCodec.toProto(RecordedEvents.plan(0.5), device -> "").toBuilder();
    change.accept(plan);
    return arguments(field, message, plan.build());
  }

  static Stream<Arguments> plans() {
    return Stream.of(
        plan("plan.stages", "begins at layer 1 where layer 0", plan -> plan.removeStages(0)),
        plan(
            "plan.stages[1].precision",
            "precision is PRECISION_UNSPECIFIED",
            plan -> plan.getStagesBuilder(1).clearPrecision()),
        plan(
            "plan.stages[0].expert_precision",
            "precision is UNRECOGNIZED",
            plan -> plan.getStagesBuilder(0).setExpertPrecisionValue(99)),
        plan(
            "plan.stages[0]",
            "placement with 5 devices, 5 experts and 6 shares",
            plan -> plan.getStagesBuilder(0).getLayersBuilder(0).addShare(0.5)),
        plan(
            "plan.stages[0]",
            "with 2 devices and 1 token shares",
            plan -> plan.getStagesBuilder(0).clearTokenShares().addTokenShares(1)),
        plan(
            "plan.stages[1]",
            "[1, 2) with 0 layer placements",
            plan -> plan.getStagesBuilder(1).clearLayers()));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void shouldRefusePlan(String field, String message, Plan plan) {
    // When, then
    assertThatThrownBy(() -> PlanCodec.fromProto(plan))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(message);
  }

  @Test
  void shouldNameFieldOfLoad() {
    // Given
    ExpertLoad load = ExpertLoad.newBuilder().addLayers(LayerLoad.newBuilder()).build();

    // When, then
    assertThatThrownBy(() -> LoadCodec.fromProto("load", RecordedEvents.MODEL, load))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo("load"));
  }
}
