package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PlannerPropertyTest {
  private static final List<Pools.Type> TYPES =
      List.of(Pools.H20, Pools.ASCEND, Pools.HYGON, Pools.MTT);
  private static final List<String> POLICIES = List.of("hejin", "heap-greedy", "static");

  private static Pool pool(Random random) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Double> factors = new TreeMap<>();
    int count = 1 + random.nextInt(5);
    for (int n = 0; n < count; n++) {
      Pools.Type type = TYPES.get(random.nextInt(TYPES.size())).withMemory(4 + random.nextInt(13));
      Node node = Pools.node("n" + n, type, 1 + random.nextInt(4));
      nodes.add(node);
      if (random.nextInt(3) == 0) {
        factors.put(node.devices().getFirst().id(), 0.1 + random.nextDouble());
      }
    }
    return new Pool(nodes, factors);
  }

  @Property(tries = 150)
  void shouldGiveValidPlansOrSayWhatIsMissing(@ForAll @IntRange(min = 0) int seed) {
    // Given
    Random random = new Random(seed);
    Pool pool = pool(random);
    ModelSpec model =
        random.nextInt(5) == 0
            ? Models.dense(1 + random.nextInt(20))
            : Models.smallMoe(2 + random.nextInt(16), 8 * (1 + random.nextInt(6)), 2);
    Workload workload = new Workload(1 + random.nextInt(600), 1 + random.nextInt(3000));
    ExpertLoad load = Loads.skewed(model, 2 * random.nextDouble(), seed);
    PlanOptions options =
        new PlanOptions(
            POLICIES.get(random.nextInt(3)),
            PlanOptions.Objective.THROUGHPUT,
            Set.of(),
            random.nextDouble(),
            1 + random.nextInt(3),
            random.nextBoolean(),
            seed);

    // When
    PlanResult result = Plans.result(model, pool, workload, load, options, null);

    // Then
    if (result instanceof PlanResult.Infeasible infeasible) {
      assertThat(infeasible.missingBytes()).isPositive();
      assertThat(infeasible.suggestion()).startsWith("Maybe");
      return;
    }
    Plan plan = Plans.feasible(result);
    Plans.assertValid(new PlanRequest(model, pool, workload, load, options, null), plan);
    checkNext(model, pool, workload, options, plan.placement(), random);
  }

  /** The same after a device is lost and the load has drifted. */
  private static void checkNext(
      ModelSpec model,
      Pool pool,
      Workload workload,
      PlanOptions options,
      Placement inForce,
      Random random) {
    List<String> ids = pool.devices().stream().map(d -> d.id()).toList();
    Pool smaller = Pools.without(pool, ids.get(random.nextInt(ids.size())));
    ExpertLoad load = Loads.skewed(model, 1, random.nextInt());
    PlanResult next = Plans.result(model, smaller, workload, load, options, inForce);
    PlanResult fresh = Plans.result(model, smaller, workload, load, options, null);
    if (next instanceof PlanResult.Feasible feasible) {
      Plans.assertValid(
          new PlanRequest(model, smaller, workload, load, options, null), feasible.plan());
    }
    if (fresh instanceof PlanResult.Feasible feasible) {
      assertThat(Plans.feasible(next).prediction().tokensPerSecond())
          .isGreaterThan(0.9 * feasible.plan().prediction().tokensPerSecond());
    }
  }
}
