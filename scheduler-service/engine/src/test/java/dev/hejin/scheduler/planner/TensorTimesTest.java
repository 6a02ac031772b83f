package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.cost.Assumptions;
import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.cost.calibration.Calibration;
import dev.hejin.scheduler.cost.serving.Engine;
import dev.hejin.scheduler.cost.serving.Layout;
import dev.hejin.scheduler.cost.serving.ServingCase;
import dev.hejin.scheduler.cost.serving.ServingDevice;
import dev.hejin.scheduler.cost.serving.ServingModel;
import dev.hejin.scheduler.cost.serving.WeightFormat;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Workload;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Steps of dense models on devices that divide layers, beside the curve that is fitted to measured
 * serving points of the same models and numbers of devices.
 */
class TensorTimesTest {
  private static final int CONTEXT = 1536;
  private static final Pools.Type H100 =
      new Pools.Type("NVIDIA", "H100", 80, 3350, 989, 1979, 1979, 450, Pools.UNKNOWN);

  @ParameterizedTest
  @CsvSource({"llama-3.1-70b", "qwen3-32b", "llama-3.1-8b"})
  void shouldAgreeWithTheCurveOfMeasuredServing(String name) {
    // Given
    ModelSpec model = ModelCatalog.bundled().model(name);
    for (int devices : new int[] {1, 2, 4, 8}) {
      for (int sequences : new int[] {4, 16, 64}) {
        // When
        double planned = planned(model, devices, sequences);
        double curve = curve(model, devices, sequences);

        // Then
        assertThat(planned / curve).as("%d devices, %d", devices, sequences).isBetween(0.85, 1.15);
      }
    }
  }

  private static double planned(ModelSpec model, int devices, int sequences) {
    Node node = Pools.node("n", H100, 8);
    DeviceRates rates = DeviceRates.of(node.devices().getFirst(), node, 1, new Assumptions());
    double[] shares = new double[devices];
    Arrays.fill(shares, 1.0 / devices);
    StageCost cost =
        new StageCost(
            new StepCost(model, new Workload(sequences, CONTEXT)),
            Collections.nCopies(devices, rates),
            new int[devices],
            shares,
            Precision.FP8,
            Precision.FP8,
            sequences,
            devices);
    double seconds = CostConstants.STAGE_OVERHEAD_SECONDS + cost.headSeconds();
    for (LayerSpec layer : model.layers()) {
      seconds += cost.layerSeconds(layer, 0);
    }
    return seconds;
  }

  private static double curve(ModelSpec model, int devices, int sequences) {
    ServingDevice device =
        new ServingDevice("h100", 800e9, 3350e9, 989e12, 1979e12, 1979e12, 450e9, 50e9, 8);
    Layout layout = new Layout(devices, 1, 1, 1, 1);
    ServingCase given =
        new ServingCase(
            ServingModel.of(model),
            device,
            Engine.VLLM,
            false,
            1024,
            1024,
            sequences,
            layout,
            1,
            layout,
            1,
            true,
            true,
            false,
            false,
            WeightFormat.BYTE,
            WeightFormat.BYTE,
            WeightFormat.BYTE);
    return Calibration.shipped().servingCurve().step(given).seconds();
  }
}
