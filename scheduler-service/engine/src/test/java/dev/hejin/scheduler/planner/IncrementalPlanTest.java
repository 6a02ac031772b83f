package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import org.junit.jupiter.api.Test;

class IncrementalPlanTest {
  private static final ModelSpec MODEL = Models.deepSeekV3();
  private static final Workload WORKLOAD = new Workload(2048, 4096);
  private static final ExpertLoad LOAD = Loads.skewed(MODEL, 0.5, 1);
  private static final PlanOptions KEEP = PlanOptions.DEFAULT.withKeepStages(true);
  private static final Plan BEFORE = next(Pools.mixed(), LOAD, null);

  private static Plan next(
      Pool pool, ExpertLoad load, @org.jspecify.annotations.Nullable Placement inForce) {
    return Plans.feasible(Plans.result(MODEL, pool, WORKLOAD, load, KEEP, inForce));
  }

  @Test
  void shouldChangeNothingWhenNothingChanged() {
    // Given / When
    Plan plan = next(Pools.mixed(), LOAD, BEFORE.placement());

    // Then
    assertThat(Plans.loads(BEFORE.placement(), plan.placement())).isZero();
  }

  @Test
  void shouldMoveFewExpertsWhenTheLoadDrifts() {
    // Given
    ExpertLoad drifted = Loads.drifted(MODEL, LOAD, 0.4, 9);

    // When
    Plan plan = next(Pools.mixed(), drifted, BEFORE.placement());

    // Then
    Plan fresh = next(Pools.mixed(), drifted, null);
    int all = Plans.shards(plan.placement()).size();
    assertThat(Plans.loads(BEFORE.placement(), plan.placement())).isLessThan(all / 20);
    assertThat(plan.prediction().tokensPerSecond())
        .isGreaterThan((1 - Planner.KEEP_TOLERANCE) * fresh.prediction().tokensPerSecond());
    Plans.assertValid(MODEL, Pools.mixed(), WORKLOAD, drifted, plan);
  }

  @Test
  void shouldKeepBoundariesWhenADeviceIsLost() {
    // Given
    Pool pool = Pools.without(Pools.mixed(), "h20-0/3");

    // When
    Plan plan = next(pool, LOAD, BEFORE.placement());

    // Then only the experts of the lost device are loaded again, a few more follow
    Plans.assertValid(MODEL, pool, WORKLOAD, LOAD, plan);
    assertThat(plan.placement().stages())
        .extracting(StagePlacement::endLayer)
        .isEqualTo(BEFORE.placement().stages().stream().map(StagePlacement::endLayer).toList());
    int lost =
        (int)
            Plans.shards(BEFORE.placement()).stream()
                .filter(shard -> shard.startsWith("h20-0/3 "))
                .count();
    assertThat(Plans.loads(BEFORE.placement(), plan.placement())).isLessThan(2 * lost);
  }

  @Test
  void shouldSurviveTheLossOfANode() {
    // Given
    Pool pool = Pools.mixed();
    for (int d = 0; d < 8; d++) {
      pool = Pools.without(pool, "ascend-1/" + d);
    }

    // When
    Plan plan = next(pool, LOAD, BEFORE.placement());

    // Then it is valid and within tolerance of a plan from nothing
    Plans.assertValid(MODEL, pool, WORKLOAD, LOAD, plan);
    Plan fresh = next(pool, LOAD, null);
    assertThat(plan.prediction().tokensPerSecond())
        .isGreaterThan((1 - Planner.KEEP_TOLERANCE) * fresh.prediction().tokensPerSecond());
  }

  @Test
  void shouldSurviveTheLossOfAStage() {
    // Given all H20 gone, and a workload that the others can hold
    Workload small = new Workload(512, 2048);
    Plan before = Plans.feasible(Plans.result(MODEL, Pools.mixed(), small, LOAD, KEEP, null));
    Pool pool = Pools.mixed();
    for (int d = 0; d < 16; d++) {
      pool = Pools.without(pool, "h20-" + d / 8 + "/" + d % 8);
    }

    // When
    PlanResult result = Plans.result(MODEL, pool, small, LOAD, KEEP, before.placement());

    // Then
    Plans.assertValid(MODEL, pool, small, LOAD, Plans.feasible(result));
  }

  @Test
  void shouldTakeANewPlanWhenKeepingCostsTooMuch() {
    // Given a placement on half of the pool that is now in force
    Pool half = Pool.of(Pools.nodes("h20", Pools.H20, 2));
    Workload small = new Workload(512, 2048);
    Plan before = Plans.feasible(Plans.result(MODEL, half, small, LOAD, KEEP, null));

    // When four more nodes join
    Pool more = Pool.of(Pools.nodes("h20", Pools.H20, 6));
    Plan plan = Plans.feasible(Plans.result(MODEL, more, small, LOAD, KEEP, before.placement()));

    // Then
    assertThat(plan.memory().size()).isGreaterThan(16);
    assertThat(plan.refusals()).anyMatch(r -> r.subject().equals("stages in force"));
  }
}
