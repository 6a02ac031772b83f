package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** The mixed pool with a further Ascend node, on which nothing runs. */
  private static Pool withSpare() {
    List<Node> nodes = new ArrayList<>(Pools.mixed().nodes());
    nodes.add(Pools.node("ascend-2", Pools.ASCEND, 8));
    return Pool.of(nodes);
  }

  private static Pool withoutNode(Pool pool, String node) {
    return pool.withNodes(pool.nodes().stream().filter(each -> !each.id().equals(node)).toList());
  }

  @Test
  void shouldLetAnIdleNodeTakeThePlaceOfALostOneThatItEquals() {
    // Given
    Pool pool = withoutNode(withSpare(), "ascend-0");

    // When
    Plan plan = PlanRepair.repair(request(pool), BEFORE).orElseThrow();

    // Then nothing but names is new
    Plans.assertValid(MODEL, pool, WORKLOAD, LOAD, plan);
    assertThat(plan.prediction().tokensPerSecond())
        .isEqualTo(BEFORE.prediction().tokensPerSecond());
    List<StagePlacement> stages = plan.placement().stages();
    for (int s = 0; s < stages.size(); s++) {
      StagePlacement old = BEFORE.placement().stages().get(s);
      assertThat(stages.get(s))
          .isEqualTo(
              old.on(
                  old.deviceIds().stream()
                      .map(id -> id.replace("ascend-0/", "ascend-2/"))
                      .toList()));
    }
    assertThat(stages).isNotEqualTo(BEFORE.placement().stages());
    assertThat(plan.prediction().bottleneck()).doesNotContain("ascend-0/");
  }

  @Test
  void shouldNotTakeIdleDevicesThatAreSlowerThanTheLostOnes() {
    // Given
    Pool pool = withSpare();
    for (int d = 0; d < 8; d++) {
      pool = Pools.withFactor(pool, "ascend-2/" + d, 0.5);
    }
    pool = Pools.without(pool, "ascend-0/0");

    // When
    Plan plan = PlanRepair.repair(request(pool), BEFORE).orElseThrow();

    // Then
    Plans.assertValid(MODEL, pool, WORKLOAD, LOAD, plan);
    assertThat(devices(plan)).noneMatch(id -> id.startsWith("ascend-2/"));
  }

  @Test
  void shouldMendWhereAStandInMakesOtherNeighbours() {
    // Given a lost device whose place a device of another node takes
    Pool pool = Pools.without(withSpare(), "ascend-0/0");

    // When
    Plan plan = PlanRepair.repair(request(pool), BEFORE).orElseThrow();

    // Then
    Plans.assertValid(MODEL, pool, WORKLOAD, LOAD, plan);
    assertThat(devices(plan)).hasSameSizeAs(devices(BEFORE)).contains("ascend-2/0");
    Set<String> loaded = Plans.shards(plan.placement());
    loaded.removeAll(Plans.shards(BEFORE.placement()));
    long elsewhere = loaded.stream().filter(shard -> !shard.startsWith("ascend-2/0 ")).count();
    assertThat(elsewhere).isLessThan(loaded.size() / 10);
    assertThat(plan.prediction().tokensPerSecond())
        .isCloseTo(
            Evaluation.of(request(pool), plan.placement()).tokensPerSecond(),
            Percentage.withPercentage(1e-6));
  }

  @Test
  void shouldMoveLayersWhereAStageIsLost() {
    // Given few sequences, and a stage of which nothing is left
    Workload few = new Workload(256, 4096);
    Plan before = Plans.feasible(Plans.result(MODEL, Pools.mixed(), few, LOAD, KEEP, null));
    Pool pool = withoutDevices(before.placement().stages().getFirst().deviceIds());
    PlanRequest request = new PlanRequest(MODEL, pool, few, LOAD, KEEP, before.placement());

    // When
    Plan plan = PlanRepair.repair(request, before).orElseThrow();

    // Then
    Plans.assertValid(MODEL, pool, few, LOAD, plan);
    assertThat(before.placement().stages()).hasSizeGreaterThan(1);
    assertThat(plan.placement().stages()).hasSize(before.placement().stages().size() - 1);
    assertThat(plan.prediction().tokensPerSecond())
        .isCloseTo(
            Evaluation.of(request, plan.placement()).tokensPerSecond(),
            Percentage.withPercentage(1e-6))
        .isLessThan(plan.prediction().boundTokensPerSecond());
  }

  @Test
  void shouldLeaveItToANewPlanWhereLayersDoNotFit() {
    // Given a single node of the smallest devices
    Pool pool = Pool.of(Pools.nodes("mtt", Pools.MTT, 1));

    // When
    Optional<Plan> plan = PlanRepair.repair(request(pool), BEFORE);

    // Then
    assertThat(plan).isEmpty();
  }

  private static List<String> devices(Plan plan) {
    return plan.placement().stages().stream().flatMap(stage -> stage.deviceIds().stream()).toList();
  }

  @Test
  void shouldRepairNothingWhenNothingIsLost() {
    // When
    Optional<Plan> plan = PlanRepair.repair(request(Pools.mixed()), BEFORE);

    // Then
    assertThat(plan).isEmpty();
  }
}
