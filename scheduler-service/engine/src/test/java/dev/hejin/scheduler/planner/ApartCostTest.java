package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.cost.ApartCost;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of a microbatch that go back and forth, against a simulation of each of their steps. */
class ApartCostTest {
  private static final ModelSpec MODEL = Models.deepSeekV3();
  private static final LayerSpec LAYER = MODEL.layers().get(30);
  private static final LayerSpec DENSE = MODEL.layers().get(0);

  private static ApartCost cost(int attention, int experts, double tokens, int parts) {
    PlanRequest request =
        new PlanRequest(
            MODEL,
            Pool.of(Pools.nodes("h20", Pools.H20, 8)),
            new Workload(8192, 4096),
            Loads.skewed(MODEL, 0.5, 1),
            PlanOptions.DEFAULT,
            null);
    PlanningContext context = PlanningContext.of(request);
    DeviceKind kind = DeviceKind.of(Inventory.of(request, context.assumptions())).getFirst();
    DeviceSet set =
        new StageForm(kind, attention, 1, kind, experts, false, null).set(context, tokens);
    return set.apartCost(context.step(), set.attention().shares(), tokens, parts);
  }

  /** Seconds until the last part is through so many layers, each station serving one at a time. */
  private static double simulated(double[] stations, int parts, int layers) {
    double[] free = new double[stations.length];
    double[] ready = new double[parts];
    for (int layer = 0; layer < layers; layer++) {
      for (int part = 0; part < parts; part++) {
        for (int s = 0; s < stations.length; s++) {
          double start = Math.max(ready[part], free[s]);
          free[s] = start + stations[s];
          ready[part] = free[s];
        }
      }
    }
    return ready[parts - 1];
  }

  @ParameterizedTest
  @CsvSource({"8, 8, 4096", "32, 8, 4096", "8, 32, 4096", "8, 8, 16", "16, 16, 512"})
  void shouldTakeAsLongAsTheSimulatedParts(int attention, int experts, double tokens) {
    for (int parts = 1; parts <= 4; parts++) {
      // Given
      ApartCost cost = cost(attention, experts, tokens, parts);
      double slowest = 1e-3 * tokens / parts / experts;
      double[] stations = {
        cost.attentionSeconds(LAYER),
        cost.dispatchSeconds(LAYER),
        cost.expertSeconds(LAYER, slowest),
        cost.combineSeconds(LAYER)
      };
      // When
      double seconds = 20 * cost.layerSeconds(LAYER, slowest) + cost.fillSeconds(LAYER, slowest);
      // Then
      assertThat(seconds).isCloseTo(simulated(stations, parts, 20), within(1e-9 * seconds));
    }
  }

  @Test
  void shouldKeepBothSidesBusyWithAsManyPartsAsPublished() {
    // Given: both sides equally long, each way a third of that: m >= 2 (1 + 1/3)
    double[] stations = {3, 1, 3, 1};
    // When
    List<Double> busy =
        IntStream.rangeClosed(1, 4)
            .mapToObj(parts -> 3.0 * parts * 100 / simulated(stations, parts, 100))
            .toList();
    // Then
    assertThat(busy.get(1)).isLessThan(0.8);
    assertThat(busy.get(2)).isGreaterThan(0.98);
    assertThat(busy.get(3)).isGreaterThan(0.98);
  }

  @Test
  void shouldDoDenseLayersWithAllPartsTogether() {
    assertThat(cost(8, 8, 4096, 4).layerSeconds(DENSE, 0))
        .isEqualTo(cost(8, 8, 4096, 1).layerSeconds(DENSE, 0));
    assertThat(cost(8, 8, 4096, 4).fillSeconds(DENSE, 0)).isZero();
  }

  @Test
  void shouldSendOverTheLinkWithinANodeAndOverTheNetworkBetweenNodes() {
    // Given: four and four of one node; eight of one node and eight of another
    ApartCost near = cost(4, 4, 4096, 1);
    ApartCost far = cost(8, 8, 4096, 1);
    // When, Then
    assertThat(near.dispatchSeconds(LAYER)).isLessThan(far.dispatchSeconds(LAYER) / 2);
    assertThat(far.combineSeconds(LAYER)).isGreaterThan(far.dispatchSeconds(LAYER) * 1.5);
  }
}
