package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Workload WORKLOAD = new Workload(2048, 4096);
  private static final ModelSpec DEEPSEEK = Models.deepSeekV3();

  @Test
  void shouldPlaceDeepSeekOnTheMixedPool() {
    // Given
    Pool pool = Pools.mixed();

    // When
    Plan plan = Plans.plan(DEEPSEEK, pool, WORKLOAD, Plans.options("hejin"));

    // Then the two big groups share the layers; the small ones would slow the pipeline
    Plans.assertValid(DEEPSEEK, pool, WORKLOAD, Loads.skewed(DEEPSEEK, 0.5, 1), plan);
    assertThat(plan.placement().stages())
        .extracting(s -> s.deviceIds().size() + " " + s.deviceIds().getFirst())
        .containsExactly("16 ascend-0/0", "16 h20-0/0");
    assertThat(plan.placement().stages())
        .extracting(StagePlacement::expertPrecision)
        .containsExactly(Precision.INT8, Precision.FP8);
    assertThat(plan.refusals())
        .extracting(r -> r.subject())
        .containsExactly("8 x Hygon K100_AI", "8 x Moore Threads S4000");
    assertThat(plan.refusals()).allSatisfy(r -> assertThat(r.reason()).contains("tokens/s"));
    assertThat(plan.assumptions())
        .anyMatch(text -> text.contains("910B2") && text.contains("lacks FP8"))
        .anyMatch(text -> text.contains("K100_AI: link bandwidth is unknown"));
    assertThat(plan.prediction().costPerMillionTokensUsd()).isNaN();
    assertThat(plan.prediction().balancedness()).isGreaterThan(0.95);
    // Stages differ by less than one layer's time.
    List<Double> seconds = plan.prediction().stageSeconds();
    assertThat(seconds.get(0)).isCloseTo(seconds.get(1), Percentage.withPercentage(4));
    assertThat(plan.prediction().stepSeconds())
        .isCloseTo(2 * Math.max(seconds.get(0), seconds.get(1)), Percentage.withPercentage(1e-6));
  }

  @Test
  void shouldUseEveryGroupWhenTheCacheNeedsIt() {
    // Given a batch whose cache fills most of the pool
    Workload big = new Workload(8192, 4096);

    // When
    Plan plan = Plans.plan(DEEPSEEK, Pools.mixed(), big, Plans.options("hejin"));

    // Then
    Plans.assertValid(DEEPSEEK, Pools.mixed(), big, Loads.skewed(DEEPSEEK, 0.5, 1), plan);
    assertThat(plan.memory()).hasSize(48);
    assertThat(plan.refusals()).isEmpty();
  }

  @Test
  void shouldGiveTheSamePlanTwice() {
    // Given / When
    Plan one = Plans.plan(DEEPSEEK, Pools.mixed(), WORKLOAD, Plans.options("hejin"));
    Plan two = Plans.plan(DEEPSEEK, Pools.mixed(), WORKLOAD, Plans.options("hejin"));

    // Then
    assertThat(one).isEqualTo(two);
  }

  @Test
  void shouldGiveASlowDeviceFewerTokensAndExperts() {
    // Given one of 16 devices at half speed
    ModelSpec model = Models.smallMoe(12, 64, 6);
    Pool pool = Pools.withFactor(Pool.of(Pools.nodes("h20", Pools.H20, 1)), "h20-0/3", 0.7);

    // When
    Plan plan = Plans.plan(model, pool, WORKLOAD, Plans.options("hejin"));

    // Then
    StagePlacement stage = plan.placement().stages().getFirst();
    int slow = stage.deviceIds().indexOf("h20-0/3");
    assertThat(stage.tokenShares().get(slow)).isLessThan(0.75 * stage.tokenShares().get(0));
    Plans.assertValid(model, pool, WORKLOAD, Loads.skewed(model, 0.5, 1), plan);
    Plan unaware = Plans.plan(model, pool, WORKLOAD, Plans.options("heap-greedy"));
    assertThat(plan.prediction().tokensPerSecond())
        .isGreaterThan(unaware.prediction().tokensPerSecond());
  }

  @Test
  void shouldLeaveOutACrawlingDevice() {
    // Given a device whose weight reads alone would hold up its stage
    ModelSpec model = Models.smallMoe(12, 64, 6);
    Pool pool = Pools.withFactor(Pool.of(Pools.nodes("h20", Pools.H20, 1)), "h20-0/3", 0.05);

    // When
    Plan plan = Plans.plan(model, pool, new Workload(256, 1024), Plans.options("hejin"));

    // Then
    assertThat(plan.memory()).hasSize(7);
    assertThat(plan.refusals()).extracting(r -> r.subject()).containsExactly("h20-0/3");
  }

  @Test
  void shouldPlaceADenseModel() {
    // Given
    ModelSpec model = Models.dense(24);

    // When
    Plan plan =
        Plans.feasible(
            Plans.result(
                model,
                Pools.mixed(),
                WORKLOAD,
                ExpertLoad.uniform(model),
                Plans.options("hejin"),
                null));

    // Then
    Plans.assertValid(model, Pools.mixed(), WORKLOAD, ExpertLoad.uniform(model), plan);
    assertThat(plan.prediction().balancedness()).isEqualTo(1);
    assertThat(Plans.shards(plan.placement())).noneMatch(shard -> shard.contains("expert"));
  }

  @Test
  void shouldReplaceFp4ExpertsByTheNextSupportedFormat() {
    // Given FP4 experts and chips without FP4
    ModelSpec model = Models.deepSeekV3(Precision.FP4);

    // When
    Plan plan = Plans.plan(model, Pools.mixed(), WORKLOAD, Plans.options("hejin"));

    // Then
    assertThat(plan.placement().stages())
        .extracting(s -> s.precision() + "/" + s.expertPrecision())
        .containsExactlyInAnyOrder("FP8/FP8", "INT8/INT8");
    assertThat(plan.assumptions()).anyMatch(text -> text.contains("experts published in FP4"));
  }

  @Test
  void shouldRespectAllowedPrecisions() {
    // Given FP8 only
    // When
    Plan plan = Plans.plan(DEEPSEEK, Pools.mixed(), WORKLOAD, Plans.allowing(Precision.FP8));

    // Then only the chips with FP8 are left, the others say why
    assertThat(plan.placement().stages())
        .allSatisfy(s -> assertThat(s.precision()).isEqualTo(Precision.FP8));
    assertThat(plan.refusals()).hasSize(32);
    assertThat(plan.refusals().getFirst().reason()).contains("none of them allowed");
  }

  @Test
  void shouldPreferCheapDevicesUnderTheCostObjective() {
    // Given two types, one ten times as dear for the same figures
    List<dev.hejin.scheduler.model.Node> nodes =
        new ArrayList<>(Pools.nodes("cheap", Pools.H20.priced(1), 1));
    Pools.Type dear = new Pools.Type("NVIDIA", "H20-GOLD", 96, 4000, 148, 296, 296, 450, 10);
    nodes.addAll(Pools.nodes("dear", dear, 1));
    ModelSpec model = Models.smallMoe(12, 64, 6);
    PlanOptions cost =
        new PlanOptions("hejin", PlanOptions.Objective.COST, Set.of(), 0.125, 2, false, 1L);

    // When
    Plan plan = Plans.plan(model, Pool.of(nodes), WORKLOAD, cost);

    // Then
    assertThat(plan.memory()).allSatisfy(m -> assertThat(m.deviceId()).startsWith("cheap"));
    assertThat(plan.prediction().costPerMillionTokensUsd())
        .isCloseTo(
            8 / 3600.0 / plan.prediction().tokensPerSecond() * 1e6,
            Percentage.withPercentage(1e-6));
  }

  @Test
  void shouldBeNoWorseThanTheBaselines() {
    // Given a clearly uneven load
    ExpertLoad load = Loads.skewed(DEEPSEEK, 1.0, 4);

    // When
    double[] tokens = new double[3];
    List<String> names = List.of("hejin", "heap-greedy", "static");
    for (int i = 0; i < 3; i++) {
      PlanResult result =
          Plans.result(DEEPSEEK, Pools.mixed(), WORKLOAD, load, Plans.options(names.get(i)), null);
      tokens[i] = Plans.feasible(result).prediction().tokensPerSecond();
    }

    // Then
    assertThat(tokens[0]).isGreaterThan(tokens[1]).isGreaterThan(tokens[2]);
  }
}
