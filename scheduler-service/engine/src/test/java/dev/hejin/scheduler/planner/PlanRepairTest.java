package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class PlanRepairTest {
  private static final ModelSpec MODEL = Models.deepSeekV3();
  private static final Workload WORKLOAD = new Workload(2048, 4096);
  private static final ExpertLoad LOAD = Loads.skewed(MODEL, 0.5, 1);
  private static final PlanOptions KEEP = PlanOptions.DEFAULT.withKeepStages(true);
  private static final Plan BEFORE =
      Plans.feasible(Plans.result(MODEL, Pools.mixed(), WORKLOAD, LOAD, KEEP, null));

  private static PlanRequest request(Pool pool) {
    return new PlanRequest(MODEL, pool, WORKLOAD, LOAD, KEEP, BEFORE.placement());
  }

  private static Pool withoutDevices(List<String> ids) {
    Pool pool = Pools.mixed();
    for (String id : ids) {
      pool = Pools.without(pool, id);
    }
    return pool;
  }

  private static StagePlacement largest(Placement placement) {
    StagePlacement largest = placement.stages().getFirst();
    for (StagePlacement stage : placement.stages()) {
      largest = stage.deviceIds().size() > largest.deviceIds().size() ? stage : largest;
    }
    return largest;
  }

  @Test
  void shouldRebuildOnlyTheStageThatLostADevice() {
    // Given
    StagePlacement hit = largest(BEFORE.placement());
    String gone = hit.deviceIds().getFirst();
    Pool pool = Pools.without(Pools.mixed(), gone);

    // When
    Plan plan = PlanRepair.repair(request(pool), BEFORE).orElseThrow();

    // Then
    Plans.assertValid(MODEL, pool, WORKLOAD, LOAD, plan);
    List<StagePlacement> stages = plan.placement().stages();
    for (int s = 0; s < stages.size(); s++) {
      StagePlacement old = BEFORE.placement().stages().get(s);
      if (old.equals(hit)) {
        assertThat(stages.get(s).deviceIds())
            .doesNotContain(gone)
            .hasSize(old.deviceIds().size() - 1);
        assertThat(stages.get(s).endLayer()).isEqualTo(old.endLayer());
      } else {
        assertThat(stages.get(s)).isSameAs(old);
      }
    }
  }

  @Test
  void shouldPredictWhatAnEvaluationSays() {
    // Given
    String gone = largest(BEFORE.placement()).deviceIds().getLast();
    PlanRequest request = request(Pools.without(Pools.mixed(), gone));

    // When
    Plan plan = PlanRepair.repair(request, BEFORE).orElseThrow();

    // Then
    assertThat(plan.prediction().tokensPerSecond())
        .isCloseTo(
            Evaluation.of(request, plan.placement()).tokensPerSecond(),
            Percentage.withPercentage(1e-6))
        .isLessThan(plan.prediction().boundTokensPerSecond());
  }

  @Test
  void shouldLeaveALostStageToANewPlan() {
    // Given
    Pool pool = withoutDevices(BEFORE.placement().stages().getFirst().deviceIds());

    // When
    Optional<Plan> plan = PlanRepair.repair(request(pool), BEFORE);

    // Then
    assertThat(plan).isEmpty();
  }

  @Test
  void shouldRepairNothingWhenNothingIsLost() {
    // When
    Optional<Plan> plan = PlanRepair.repair(request(Pools.mixed()), BEFORE);

    // Then
    assertThat(plan).isEmpty();
  }
}
