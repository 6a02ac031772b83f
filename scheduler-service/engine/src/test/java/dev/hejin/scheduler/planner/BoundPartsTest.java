package dev.hejin.scheduler.planner;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.cost.ApartCost;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.planner.PipelineShape.Prices;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That no divided or spanning stage costs less for a token than both parts do by themselves. */
class BoundPartsTest {
  private static final ModelSpec MODEL = Models.deepSeekV3();
  private static final int LAYER = 30;

  /** Less bandwidth, more arithmetic than an H20. */
  private static final Pools.Type FAST =
      new Pools.Type("NVIDIA", "L40S", 48, 864, 362, 733, 733, 32, 1);

  private static PlanRequest request(boolean mixedNodes) {
    List<Node> nodes = new ArrayList<>(Pools.nodes("h20", Pools.H20, 3));
    nodes.addAll(Pools.nodes("fast", FAST, 2));
    if (mixedNodes) {
      nodes.add(Pools.mixedNode("both", Pools.H20, FAST));
    }
    return new PlanRequest(
        MODEL,
        Pool.of(nodes),
        new Workload(4096, 1024),
        Loads.skewed(MODEL, 0.5, 1),
        PlanOptions.DEFAULT.withExpertsApart(true),
        null);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotCostMoreThanAnyDividedStage(boolean mixedNodes) {
    // Given
    PlanRequest request = request(mixedNodes);
    PlanningContext context = PlanningContext.of(request);
    List<DeviceKind> kinds = DeviceKind.of(Inventory.of(request, context.assumptions()));
    LayerClasses classes = new LayerClasses(MODEL.layers(), context.load());
    LayerSpec layer = MODEL.layers().get(LAYER);
    BoundParts parts =
        requireNonNull(BoundParts.of(context, kinds, classes, context.batchTokens()), "parts");
    SplittableRandom random = new SplittableRandom(7);
    int stages = 0;
    for (int trial = 0; trial < 60; trial++) {
      Prices prices =
          new Prices(
              new double[] {Math.exp(3 * random.nextDouble()), Math.exp(3 * random.nextDouble())},
              random.nextDouble() * Math.exp(-6 * random.nextDouble()));
      if (trial % 10 == 9) {
        parts.split(prices);
      }
      // When
      parts.hulls();
      double least = BoundParts.cost(parts.cheapest(classes.of(LAYER), prices), prices);
      // Then
      for (DeviceKind attention : kinds) {
        for (DeviceKind experts : kinds) {
          int a = 1 + random.nextInt(attention.count() / 2);
          int e = 1 + random.nextInt(experts.count() / 2);
          double tokens = Math.exp(random.nextDouble() * Math.log(4096));
          StageForm form = new StageForm(attention, a, 1, experts, e, false, null);
          DeviceSet set = form.set(context, tokens);
          for (int m = 1; m <= Math.min(4, tokens); m++) {
            ApartCost cost = set.apartCost(context.step(), set.attention().shares(), tokens, m);
            double balanced = cost.experts().balancedExpertSeconds(layer, context.load()[LAYER]);
            double paid =
                (form.cost(prices.device()) / tokens + prices.sequence())
                    * cost.layerSeconds(layer, balanced);
            assertThat(least).isLessThanOrEqualTo(paid * (1 + 1e-9));
            stages++;
          }
        }
      }
    }
    assertThat(stages).isGreaterThan(500);
  }

  @Test
  void shouldNotCostMoreThanAnyStageThatSpansLibraries() {
    // Given
    List<Node> nodes = new ArrayList<>(Pools.nodes("h20", Pools.H20, 3));
    nodes.addAll(Pools.nodes("ascend", Pools.ASCEND, 2));
    Bridge bridge = new Bridge("NVIDIACL", "HuaweiCL", 0, 1e12);
    PlanRequest request =
        new PlanRequest(
            MODEL,
            Pool.of(nodes).withBridges(List.of(bridge)),
            new Workload(4096, 1024),
            Loads.skewed(MODEL, 0.5, 1),
            PlanOptions.DEFAULT,
            null);
    PlanningContext context = PlanningContext.of(request);
    List<DeviceKind> kinds = DeviceKind.of(Inventory.of(request, context.assumptions()));
    LayerClasses classes = new LayerClasses(MODEL.layers(), context.load());
    LayerSpec layer = MODEL.layers().get(LAYER);
    BoundParts parts =
        requireNonNull(BoundParts.of(context, kinds, classes, context.batchTokens()), "parts");
    SplittableRandom random = new SplittableRandom(11);
    for (int trial = 0; trial < 200; trial++) {
      Prices prices =
          new Prices(
              new double[] {Math.exp(3 * random.nextDouble()), Math.exp(3 * random.nextDouble())},
              random.nextDouble() * Math.exp(-6 * random.nextDouble()));
      if (trial % 20 == 19) {
        parts.split(prices);
      }
      int ones = 1 + random.nextInt(kinds.get(0).count());
      int others = 1 + random.nextInt(kinds.get(1).count());
      StageForm form = new StageForm(kinds.get(0), ones, 1, kinds.get(1), others, true, bridge);
      double tokens = Math.exp(random.nextDouble() * Math.log(4096));
      DeviceSet set = form.set(context, tokens);
      StageCost cost = set.cost(context.step(), set.shares(), tokens);
      double balanced = cost.balancedExpertSeconds(layer, context.load()[LAYER]);
      // When
      parts.hulls();
      double least = BoundParts.cost(parts.cheapest(classes.of(LAYER), prices), prices);
      // Then
      double paid =
          (form.cost(prices.device()) / tokens + prices.sequence())
              * cost.layerSeconds(layer, balanced);
      assertThat(least).isLessThanOrEqualTo(paid * (1 + 1e-9));
    }
  }
}
