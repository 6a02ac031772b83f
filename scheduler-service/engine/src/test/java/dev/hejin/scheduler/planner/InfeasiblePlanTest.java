package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InfeasiblePlanTest {
  private static final ModelSpec DEEPSEEK = Models.deepSeekV3();

  @Test
  void shouldSayHowMuchIsMissing() {
    // Given 671 GB of weights and 16 x 48 GiB
    Pool pool = Pool.of(Pools.nodes("mtt", Pools.MTT, 1));

    // When
    PlanResult.Infeasible result =
        Plans.infeasible(
            Plans.result(
                DEEPSEEK,
                pool,
                new Workload(64, 1024),
                ExpertLoad.uniform(DEEPSEEK),
                Plans.options("hejin"),
                null));

    // Then
    assertThat(result.reason()).contains("8 x Moore Threads S4000").contains("lacks");
    assertThat(result.missingBytes()).isBetween(300L << 30, 700L << 30);
    assertThat(result.suggestion()).contains("add at least").contains("S4000");
  }

  @Test
  void shouldSuggestASmallerBatchWhenOnlyTheCacheIsTooLarge() {
    // Given
    Pool pool = Pool.of(Pools.nodes("h20", Pools.H20, 2));

    // When
    PlanResult.Infeasible result =
        Plans.infeasible(
            Plans.result(
                DEEPSEEK,
                pool,
                new Workload(8192, 16_384),
                ExpertLoad.uniform(DEEPSEEK),
                Plans.options("hejin"),
                null));

    // Then the first halvings that fit do fit
    assertThat(result.suggestion()).contains("batch_tokens").contains("context_tokens");
    int batch =
        Integer.parseInt(result.suggestion().replaceAll("(?s).*?batch_tokens (\\d+).*", "$1"));
    Plans.plan(DEEPSEEK, pool, new Workload(batch, 16_384), Plans.options("hejin"));
  }

  @Test
  void shouldRefuseFailedDevicesAndUnknownMemory() {
    // Given a failed device, one of unknown memory, and six good ones
    List<Device> devices = new ArrayList<>();
    devices.add(Pools.device("n", 0, Pools.H20, Health.FAILED));
    devices.add(Pools.device("n", 1, Pools.H20.withMemory(Double.NaN), Health.HEALTHY));
    for (int d = 2; d < 8; d++) {
      devices.add(Pools.device("n", d, Pools.H20, Health.DEGRADED));
    }
    Pool pool = Pool.of(List.of(new Node("n", devices, Figure.UNKNOWN)));

    // When
    Plan plan =
        Plans.plan(
            Models.smallMoe(8, 32, 4), pool, new Workload(256, 1024), Plans.options("hejin"));

    // Then
    assertThat(plan.memory()).hasSize(6);
    assertThat(plan.refusals()).extracting(r -> r.subject()).containsExactly("n/0", "n/1");
    assertThat(plan.refusals().get(0).reason()).contains("FAILED");
    assertThat(plan.refusals().get(1).reason()).contains("not known");
  }

  @Test
  void shouldAnswerForAnEmptyPool() {
    // Given / When
    PlanResult.Infeasible result =
        Plans.infeasible(
            Plans.result(
                DEEPSEEK,
                Pool.of(List.of()),
                new Workload(1, 1),
                ExpertLoad.uniform(DEEPSEEK),
                Plans.options("hejin"),
                null));

    // Then
    assertThat(result.reason()).contains("none of 0 devices");
    assertThat(result.missingBytes()).isZero();
  }

  @Test
  void shouldRejectALoadOfAnotherModel() {
    // Given
    ExpertLoad other = ExpertLoad.uniform(Models.dense(3));

    // When / Then
    assertThatThrownBy(
            () ->
                Plans.result(
                    DEEPSEEK,
                    Pools.mixed(),
                    new Workload(1, 1),
                    other,
                    Plans.options("hejin"),
                    null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("61")
        .hasMessageContaining("Maybe");
  }
}
