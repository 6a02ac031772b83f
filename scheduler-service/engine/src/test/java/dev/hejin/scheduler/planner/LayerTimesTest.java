package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Workload;
import org.junit.jupiter.api.Test;

/** What {@link PipelineBound} takes for granted of the cost model. */
class LayerTimesTest {
  private static final ModelSpec MODEL = Models.deepSeekV3();
  private static final double ROUNDING = 1 + 1e-9;

  private interface Check {
    void of(DeviceKind kind, LayerSpec layer, double[] load);
  }

  private static void everywhere(Check check) {
    PlanRequest request =
        new PlanRequest(
            MODEL,
            Pools.mixed(),
            new Workload(8192, 4096),
            Loads.skewed(MODEL, 0.5, 1),
            PlanOptions.DEFAULT,
            null);
    PlanningContext context = PlanningContext.of(request);
    for (DeviceKind kind : DeviceKind.of(Inventory.of(request, context.assumptions()))) {
      for (int layer : new int[] {0, 30}) {
        check.of(kind, MODEL.layers().get(layer), context.load()[layer]);
      }
    }
  }

  private static StageCost cost(DeviceKind kind, int devices, double tokens) {
    return cost(kind, devices, 1, tokens);
  }

  private static StageCost cost(DeviceKind kind, int devices, int tensor, double tokens) {
    PlanningContext context =
        PlanningContext.of(
            new PlanRequest(
                MODEL,
                Pools.mixed(),
                new Workload(8192, 4096),
                Loads.skewed(MODEL, 0.5, 1),
                PlanOptions.DEFAULT,
                null));
    DeviceSet set = kind.set(devices, tensor);
    return set.cost(context.step(), set.shares(), tokens);
  }

  private static double seconds(
      DeviceKind kind, int devices, double tokens, LayerSpec layer, double[] load) {
    return seconds(kind, devices, 1, tokens, layer, load);
  }

  private static double seconds(
      DeviceKind kind, int devices, int tensor, double tokens, LayerSpec layer, double[] load) {
    StageCost cost = cost(kind, devices, tensor, tokens);
    return cost.layerSeconds(layer, cost.balancedExpertSeconds(layer, load));
  }

  @Test
  void shouldTakeLongerForMoreTokensButNotForEach() {
    everywhere(
        (kind, layer, load) -> {
          for (int devices : new int[] {1, 8, 16}) {
            double before = 0;
            double each = Double.POSITIVE_INFINITY;
            for (double tokens = 1; tokens <= 8192; tokens *= 1.7) {
              double now = seconds(kind, devices, tokens, layer, load);
              assertThat(now * ROUNDING).isGreaterThanOrEqualTo(before);
              assertThat(now / tokens).isLessThanOrEqualTo(each * ROUNDING);
              before = now;
              each = now / tokens;
            }
          }
        });
  }

  @Test
  void shouldNotTakeLongerOnMoreDevicesExceptForTheExchange() {
    everywhere(
        (kind, layer, load) -> {
          for (double tokens : new double[] {1, 16, 512, 8192}) {
            for (int most = 2; most <= 40; most += 3) {
              StageCost largest = cost(kind, most, tokens);
              double all = largest.layerSeconds(layer, largest.balancedExpertSeconds(layer, load));
              for (int devices = 1; devices <= most; devices++) {
                double share = BoundCells.exchangeShare(devices, most, kind.perNode());
                assertThat(seconds(kind, devices, tokens, layer, load) * ROUNDING)
                    .isGreaterThanOrEqualTo(all - (1 - share) * largest.exchangeSeconds(layer));
              }
            }
          }
        });
  }

  @Test
  void shouldKeepBothWhereDevicesDivideLayers() {
    everywhere(
        (kind, layer, load) -> {
          for (int tensor : new int[] {2, 8}) {
            double before = 0;
            double each = Double.POSITIVE_INFINITY;
            for (double tokens = 1; tokens <= 8192; tokens *= 3) {
              double now = seconds(kind, 16, tensor, tokens, layer, load);
              assertThat(now * ROUNDING).isGreaterThanOrEqualTo(before);
              assertThat(now / tokens).isLessThanOrEqualTo(each * ROUNDING);
              before = now;
              each = now / tokens;
              StageCost largest = cost(kind, 24, tensor, tokens);
              double all = largest.layerSeconds(layer, largest.balancedExpertSeconds(layer, load));
              for (int devices = tensor; devices <= 24; devices++) {
                double share = BoundCells.exchangeShare(devices, 24, kind.perNode());
                assertThat(seconds(kind, devices, tensor, tokens, layer, load) * ROUNDING)
                    .isGreaterThanOrEqualTo(all - (1 - share) * largest.exchangeSeconds(layer));
              }
            }
          }
        });
  }

  @Test
  void shouldExchangeAtLeastTheSharedPart() {
    everywhere(
        (kind, layer, load) -> {
          for (int most = 2; most <= 40; most += 3) {
            double largest = cost(kind, most, 512).exchangeSeconds(layer);
            for (int devices = 1; devices <= most; devices++) {
              double share = BoundCells.exchangeShare(devices, most, kind.perNode());
              assertThat(cost(kind, devices, 512).exchangeSeconds(layer) * ROUNDING)
                  .isGreaterThanOrEqualTo(share * largest);
            }
          }
        });
  }
}
