package dev.hejin.deploy.local.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.agent.simulation.TrueLoad;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.catalog.pool.PoolSpec;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.deployment.v1.LayerPlacement;
import dev.hejin.proto.deployment.v1.Plan;
import dev.hejin.proto.deployment.v1.StagePlacement;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanPhysicsTest {
  private static final ModelSpec MODEL = ModelCatalog.bundled().model("qwen3-30b-a3b");
  private static final PoolSpec POOL = PoolFiles.load("one-straggler");

  private final PlanPhysics physics =
      new PlanPhysics(
          ServedModel.of("demo", 64, MODEL),
          MODEL,
          Workload.newBuilder().setBatchTokens(64).setContextTokens(1024).build(),
          SimulatedSpecs.of(POOL),
          1);

  @Test
  void shouldCarryOutPlanInOneStage() {
    TrueThroughput truth = physics.of(plan(), uniform(), Map.of());

    assertThat(truth.stageSeconds()).hasSize(1);
    assertThat(truth.tokensPerSecond()).isPositive();
    assertThat(truth.balance()).isCloseTo(1, within(0.01));
  }

  @Test
  void shouldSlowDownWithItsSlowestDevice() {
    TrueThroughput fast = physics.of(plan(), uniform(), Map.of());
    TrueThroughput slow = physics.of(plan(), uniform(), Map.of("h20-0/1", 0.5));

    assertThat(slow.tokensPerSecond())
        .isBetween(fast.tokensPerSecond() * 0.5, fast.tokensPerSecond() * 0.7);
  }

  @Test
  void shouldDependOnLoad() {
    TrueThroughput even = physics.of(plan(), uniform(), Map.of());
    TrueThroughput skewed = physics.of(plan(), skewed(), Map.of());

    assertThat(skewed.balance()).isLessThan(even.balance());
  }

  /** Two devices, experts dealt in halves. */
  private static Plan plan() {
    StagePlacement.Builder stage =
        StagePlacement.newBuilder()
            .setEndLayer(MODEL.layers().size())
            .addDeviceIds("h20-0/0")
            .addDeviceIds("h20-0/1")
            .addTokenShares(0.5)
            .addTokenShares(0.5)
            .setPrecision(Precision.PRECISION_BF16)
            .setExpertPrecision(Precision.PRECISION_BF16);
    for (LayerSpec layer : MODEL.layers()) {
      LayerPlacement.Builder placement = LayerPlacement.newBuilder();
      for (int expert = 0; expert < layer.routedExperts(); expert++) {
        placement.addDevice(expert < layer.routedExperts() / 2 ? 0 : 1);
        placement.addExpert(expert).addShare(1);
      }
      stage.addLayers(placement);
    }
    return Plan.newBuilder().addStages(stage).build();
  }

  private static TrueLoad uniform() {
    return load(1);
  }

  /** The first half of the experts gets three times the tokens of the second. */
  private static TrueLoad skewed() {
    return load(3);
  }

  private static TrueLoad load(double first) {
    List<List<Double>> layers = new ArrayList<>();
    for (LayerSpec layer : MODEL.layers()) {
      List<Double> tokens = new ArrayList<>();
      tokens.addAll(Collections.nCopies(layer.routedExperts() / 2, first));
      tokens.addAll(Collections.nCopies(layer.routedExperts() / 2, 1.0));
      layers.add(tokens);
    }
    return TrueLoad.of(layers);
  }
}
