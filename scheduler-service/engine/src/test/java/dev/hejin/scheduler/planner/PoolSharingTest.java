package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.planner.PoolSharing.Tenant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PoolSharingTest {
  private static final ModelSpec MODEL = Models.smallMoe(6, 16, 2);
  private static final Pool POOL = Pool.of(Pools.nodes("h20", Pools.H20, 4));

  private static Tenant tenant(String name, int priority, double demand) {
    PlanRequest request =
        new PlanRequest(
            MODEL,
            POOL,
            new Workload(1024, 1024),
            Loads.skewed(MODEL, 0.5, 1),
            PlanOptions.DEFAULT,
            null);
    ServiceGoal goal =
        demand == 0
            ? ServiceGoal.DEFAULT
            : new ServiceGoal(
                ServiceGoal.Objective.DEVICES,
                demand,
                Double.POSITIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                ServiceGoal.Roles.TOGETHER,
                null);
    return new Tenant(name, priority, request, goal);
  }

  private static ServicePlan plan(TreeMap<String, ServicePlanner.Result> results, String name) {
    assertThat(results).containsKey(name);
    ServicePlanner.Result result = results.firstEntry().getValue();
    for (var entry : results.entrySet()) {
      result = entry.getKey().equals(name) ? entry.getValue() : result;
    }
    assertThat(result).isInstanceOf(ServicePlanner.Result.Feasible.class);
    return ((ServicePlanner.Result.Feasible) result).plan();
  }

  private static TreeSet<String> devices(ServicePlan plan) {
    TreeSet<String> devices = new TreeSet<>();
    plan.pipelines()
        .forEach(p -> p.plan().placement().stages().forEach(s -> devices.addAll(s.deviceIds())));
    return devices;
  }

  private static TreeMap<String, ServicePlanner.Result> shared(Tenant... tenants) {
    return PoolSharing.plan(POOL, List.of(tenants), StepBudget.unlimited());
  }

  @Test
  void shouldServeTheHigherPriorityFirstAndGiveTheRestAway() {
    // Given
    double most = plan(shared(tenant("all", 0, 0)), "all").tokensPerSecond();
    // When
    TreeMap<String, ServicePlanner.Result> results =
        shared(tenant("a-low", 1, 0), tenant("b-high", 2, 0.3 * most));
    // Then
    ServicePlan high = plan(results, "b-high");
    ServicePlan low = plan(results, "a-low");
    assertThat(high.tokensPerSecond()).isGreaterThanOrEqualTo(0.3 * most);
    assertThat(devices(high)).doesNotContainAnyElementsOf(devices(low));
    assertThat(low.tokensPerSecond()).isPositive().isLessThan(most);
  }

  @Test
  void shouldSayWhatIsMissingWhenOthersTakeAll() {
    // When
    TreeMap<String, ServicePlanner.Result> results =
        shared(tenant("a-low", 1, 0), tenant("b-high", 2, 0));

    // Then
    assertThat(devices(plan(results, "b-high"))).hasSize(POOL.devices().size());
    assertThat(results.firstEntry().getKey()).isEqualTo("a-low");
    assertThat(results.firstEntry().getValue())
        .isInstanceOf(ServicePlanner.Result.Infeasible.class);
  }

  @Test
  void shouldShareEvenlyBetweenEqualPriorities() {
    // When
    TreeMap<String, ServicePlanner.Result> results = shared(tenant("a", 1, 0), tenant("b", 1, 0));
    // Then
    ServicePlan a = plan(results, "a");
    ServicePlan b = plan(results, "b");
    assertThat(devices(a)).doesNotContainAnyElementsOf(devices(b));
    assertThat(a.tokensPerSecond() / b.tokensPerSecond()).isBetween(0.6, 1.67);
  }

  @Test
  void shouldRejectTwoServicesOfOneName() {
    assertThatThrownBy(() -> shared(tenant("a", 1, 0), tenant("a", 2, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'\nMaybe");
  }
}
