package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.cost.Assumptions;
import dev.hejin.scheduler.cost.CostConstants;
import dev.hejin.scheduler.cost.DeviceRates;
import dev.hejin.scheduler.cost.StageCost;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.cost.ThroughputBound;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Workload;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The cost model on figures that can be worked out by hand. */
class StageCostTest {
  private static final ModelSpec MODEL = Models.deepSeekV3();
  private static final LayerSpec MOE = MODEL.layers().get(10);
  private static final Workload WORKLOAD = new Workload(1024, 4096);
  private static final Percentage EXACT = Percentage.withPercentage(0.01);

  private static DeviceRates h20(double factor) {
    Node node = Pools.node("n", Pools.H20, 8);
    return DeviceRates.of(node.devices().getFirst(), node, factor, new Assumptions());
  }

  private static StageCost stage(int devices, int nodes) {
    double[] shares = new double[devices];
    Arrays.fill(shares, 1.0 / devices);
    int[] node = new int[devices];
    Arrays.setAll(node, d -> d * nodes / devices);
    return new StageCost(
        new StepCost(MODEL, WORKLOAD),
        Collections.nCopies(devices, h20(1)),
        node,
        shares,
        Precision.FP8,
        Precision.FP8,
        1024);
  }

  @Test
  void shouldReadAnExpertAtMemoryBandwidth() {
    // Given 44 M weights in FP8 and the achieved part of 4 TB/s
    // When
    double seconds = stage(8, 1).expertReadSeconds(MOE)[0];

    // Then
    double rate = 4e12 * CostConstants.MEMORY_EFFICIENCY;
    assertThat(seconds).isCloseTo(3.0 * 7168 * 2048 * (1 + 4.0 / 16384) / rate, EXACT);
  }

  @Test
  void shouldChargeAttentionForTheDevicesOwnTokens() {
    // Given 128 tokens with 4096 cached each: 128 heads over 576 and 512 elements at the achieved
    // part of 148 Top/s
    StepCost step = new StepCost(MODEL, WORKLOAD);

    // When
    double seconds = step.coreSeconds(MOE, h20(1), 128);

    // Then arithmetic outweighs reading 576 elements of 2 bytes for each cached token
    double rate = 148e12 * CostConstants.COMPUTE_EFFICIENCY;
    assertThat(seconds).isCloseTo(128.0 * 4096 * 2 * 128 * 1088 / rate, EXACT);
    assertThat(seconds).isGreaterThan(128.0 * 4096 * 1152 / 4e12);
  }

  @Test
  void shouldSumSlotsOfADevice() {
    // Given two slots on the first device, one on the second, and no other load
    double[] load = new double[256];
    load[0] = 0.5;
    load[1] = 0.5;
    LayerPlacement placement =
        new LayerPlacement(new int[] {0, 0, 1}, new int[] {0, 1, 1}, new double[] {1, 0.5, 0.5});

    // When
    double[] seconds = stage(2, 1).expertSeconds(MOE, placement, load);

    // Then 8192 routed tokens: 4096 + 2048 against 2048
    StageCost cost = stage(2, 1);
    double read = cost.expertReadSeconds(MOE)[0];
    double each = cost.expertTokenSeconds(MOE)[0];
    assertThat(seconds[0]).isCloseTo(2 * read + 6144 * each, EXACT);
    assertThat(seconds[1]).isCloseTo(read + 2048 * each, EXACT);
  }

  @Test
  void shouldExchangeNothingOnOneDeviceAndMoreAcrossNodes() {
    // Given / When / Then
    assertThat(stage(1, 1).exchangeSeconds(MOE)).isZero();
    assertThat(stage(16, 1).exchangeSeconds(MODEL.layers().get(0))).isZero();
    assertThat(stage(16, 2).exchangeSeconds(MOE))
        .isGreaterThan(stage(16, 1).exchangeSeconds(MOE))
        .isGreaterThan(2 * CostConstants.NETWORK_LATENCY_SECONDS);
  }

  @Test
  void shouldHideAShareOfTheShorterOfExchangeAndWork() {
    // Given 16 devices in 2 nodes, 1024 tokens: 64 each
    StageCost cost = stage(16, 2);
    StepCost step = new StepCost(MODEL, WORKLOAD);
    double work =
        step.workSeconds(MOE, h20(1), Precision.FP8, 64)
            + 1024 * 8 / 16.0 * step.expertTokenSeconds(MOE, h20(1), Precision.FP8);
    double moved = cost.exchangeSeconds(MOE) - 2 * CostConstants.NETWORK_LATENCY_SECONDS;

    // When
    double hidden = cost.hiddenSeconds(MOE);

    // Then
    assertThat(hidden).isCloseTo(CostConstants.HIDDEN_SHARE * Math.min(work, moved), EXACT);
    assertThat(stage(1, 1).hiddenSeconds(MOE)).isZero();
    assertThat(cost.hiddenSeconds(MODEL.layers().get(0))).isZero();
  }

  @Test
  void shouldChargeTheFullestDeviceOfAMicrobatch() {
    // Given 8192 routed tokens on 16 devices, 512 each in 16 replicas of 32
    StageCost cost = stage(16, 2);
    double each = cost.expertTokenSeconds(MOE)[0];
    double clumping = new StepCost(MODEL, WORKLOAD).clumping(1024);

    // When
    double more = cost.imbalanceSeconds(MOE);

    // Then the largest of 16 comes to 1.77 deviations
    double deviation = Math.sqrt(512 * (1 + clumping * 32)) * each;
    assertThat(more / deviation).isCloseTo(1.77, Percentage.withPercentage(1));
    assertThat(stage(1, 1).imbalanceSeconds(MOE)).isZero();
    assertThat(cost.imbalanceSeconds(MODEL.layers().get(0))).isZero();
    assertThat(cost.layerSeconds(MOE, 0.01))
        .isCloseTo(
            cost.baseSeconds(MOE)
                + 0.01
                + more
                + cost.exchangeSeconds(MOE)
                - cost.hiddenSeconds(MOE)
                + CostConstants.LAYER_OVERHEAD_SECONDS,
            EXACT);
  }

  @Test
  void shouldChargeAPlacementForWhatItLeavesWhole() {
    // Given an expert with the load of a device, whole on the first of 16, or all on all of them
    double[] load = new double[256];
    Arrays.fill(load, 15.0 / 16 / 255);
    load[0] = 1.0 / 16;
    StageCost cost = stage(16, 2);

    // When
    double whole = imbalance(cost, placement(false), load);
    double divided = imbalance(cost, placement(true), load);

    // Then, and never less than with as many replicas as a layer may have
    assertThat(whole).isGreaterThan(1.2 * divided);
    assertThat(divided).isEqualTo(cost.imbalanceSeconds(MOE));
  }

  private static double imbalance(StageCost cost, LayerPlacement placement, double[] load) {
    return cost.imbalanceSeconds(MOE, placement, load, cost.expertSeconds(MOE, placement, load));
  }

  private static LayerPlacement placement(boolean divided) {
    int replicas = divided ? 16 : 1;
    int[] device = new int[256 * replicas];
    int[] expert = new int[device.length];
    double[] share = new double[device.length];
    for (int slot = 0; slot < device.length; slot++) {
      expert[slot] = slot / replicas;
      device[slot] = divided ? slot % 16 : slot == 0 ? 0 : 1 + slot % 15;
      share[slot] = 1.0 / replicas;
    }
    return new LayerPlacement(device, expert, share);
  }

  @Test
  void shouldBoundThroughputByTheSumOfEqualDevices() {
    // Given 16 devices, or 8 and 8 of half the speed
    double[][] load = new double[61][];
    ExpertLoad uniform = ExpertLoad.uniform(MODEL);
    Arrays.setAll(load, uniform::layer);

    // When
    double equal = bound(load, devices(1, 16));
    double mixed = bound(load, devices(1, 8), devices(0.5, 8));

    // Then
    assertThat(mixed).isCloseTo(0.75 * equal, Percentage.withPercentage(0.1));
  }

  private static ThroughputBound.Devices devices(double factor, int count) {
    return new ThroughputBound.Devices(
        h20(factor), count, List.of(Precision.FP8), List.of(Precision.FP8));
  }

  private static double bound(double[][] load, ThroughputBound.Devices... devices) {
    return ThroughputBound.tokensPerSecond(MODEL, WORKLOAD, load, List.of(devices));
  }
}
