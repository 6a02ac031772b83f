package dev.hejin.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.Bridge;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Violation.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Corrupts a good plan in one way at a time. */
class PlacementVerifierTest {

  @Test
  void shouldFindNothingInAGoodPlan() {
    // Given
    Plan plan = TestPlans.plan(TestPlans.placement(), TestPlans.memory());

    // When
    List<Violation> violations =
        PlacementVerifier.verify(TestPlans.MODEL, TestPlans.pool(), plan, TestPlans::bytes);

    // Then
    assertThat(violations).isEmpty();
  }

  @ParameterizedTest
  @MethodSource({"slots", "stages", "devices", "memory"})
  void shouldFindExactlyWhatWasCorrupted(Kind kind, Pool pool, Plan plan) {
    // When
    List<Violation> violations =
        PlacementVerifier.verify(TestPlans.MODEL, pool, plan, TestPlans::bytes);

    // Then
    assertThat(violations).extracting(Violation::kind).containsOnly(kind);
  }

  @Test
  void shouldCoverEveryKindOfOnePipeline() {
    // When
    Stream<Object> kinds =
        Stream.of(slots(), stages(), devices(), memory()).flatMap(s -> s).map(a -> a.get()[0]);

    // Then
    assertThat(kinds).containsAll(EnumSet.complementOf(EnumSet.of(Kind.TRAFFIC_SHARE_SUM)));
  }

  static Stream<Arguments> slots() {
    return Stream.of(
        slots(Kind.EXPERT_MISSING, new int[] {0, 0, 1}, new int[] {0, 1, 2}, 1, 1, 1),
        slots(
            Kind.EXPERT_UNKNOWN,
            new int[] {0, 0, 1, 1, 1},
            new int[] {0, 1, 2, 3, 4},
            1,
            1,
            1,
            1,
            1),
        slots(
            Kind.EXPERT_UNKNOWN,
            new int[] {0, 0, 1, 1, 1},
            new int[] {0, 1, 2, 3, -1},
            1,
            1,
            1,
            1,
            1),
        slots(
            Kind.EXPERT_TWICE,
            new int[] {0, 0, 1, 1, 1},
            new int[] {0, 1, 2, 3, 3},
            1,
            1,
            1,
            0.5,
            0.5),
        slots(Kind.SLOT_DEVICE_UNKNOWN, new int[] {0, 0, 1, 2}, new int[] {0, 1, 2, 3}, 1, 1, 1, 1),
        slots(
            Kind.SHARE_RANGE,
            new int[] {0, 0, 0, 1, 1},
            new int[] {0, 1, 3, 2, 3},
            1,
            1,
            1.5,
            1,
            -0.5),
        slots(Kind.SHARE_SUM, new int[] {0, 0, 1, 1}, new int[] {0, 1, 2, 3}, 1, 1, 1, 0.9));
  }

  private static Arguments slots(Kind kind, int[] device, int[] expert, double... share) {
    LayerPlacement experts = new LayerPlacement(device, expert, share);
    Placement placement = new Placement(List.of(TestPlans.first(), TestPlans.second(experts)));
    List<DeviceMemory> ample = new ArrayList<>();
    for (String id : List.of("a/0", "a/1", "b/0", "b/1")) {
      ample.add(TestPlans.memory(id, 110));
    }
    return Arguments.of(kind, TestPlans.pool(), TestPlans.plan(placement, ample));
  }

  static Stream<Arguments> stages() {
    List<LayerPlacement> one = List.of(TestPlans.experts());
    List<LayerPlacement> two = List.of(TestPlans.experts(), LayerPlacement.NONE);
    List<String> b = List.of("b/0", "b/1");
    return Stream.of(
        stages(Kind.LAYER_MISSING),
        stages(Kind.LAYER_UNKNOWN, TestPlans.stage(2, b, List.of(0.5, 0.5), two)),
        stages(Kind.TOKEN_SHARE_RANGE, TestPlans.stage(2, b, List.of(1.5, -0.5), one)),
        stages(Kind.TENSOR_GROUP, divided(b, List.of(0.25, 0.75))),
        stages(Kind.SIDES_MIXED, apart(List.of(0.5, 0.5), 1)),
        stages(Kind.SIDES_MIXED, apart(List.of(1.0, 0.0), 0)),
        stages(Kind.TOKEN_SHARE_SUM, TestPlans.stage(2, b, List.of(0.5, 0.4), one)),
        stages(
            Kind.DEVICE_REPEATED,
            TestPlans.stage(2, List.of("b/0", "a/1"), List.of(0.5, 0.5), one)));
  }

  private static StagePlacement divided(List<String> devices, List<Double> shares) {
    return new StagePlacement(
        2, 3, devices, shares, Precision.FP8, Precision.FP8, List.of(TestPlans.experts()), 2);
  }

  /** Attention on b/0, experts on b/1, but for one expert. */
  private static StagePlacement apart(List<Double> shares, int deviceOfFirst) {
    LayerPlacement experts =
        new LayerPlacement(
            new int[] {deviceOfFirst, 1, 1, 1}, new int[] {0, 1, 2, 3}, new double[] {1, 1, 1, 1});
    return new StagePlacement(
        2,
        3,
        List.of("b/0", "b/1"),
        shares,
        Precision.FP8,
        Precision.FP8,
        List.of(experts),
        1,
        1,
        2);
  }

  @Test
  void shouldAcceptAttentionAndExpertsOnDifferentDevicesOfLibrariesThatABridgeJoins() {
    // Given
    Device other = TestPlans.device("b/1", Health.HEALTHY, "OTHER", Precision.FP8);
    Placement placement = new Placement(List.of(TestPlans.first(), apart(List.of(1.0, 0.0), 1)));
    Pool pool = TestPlans.pool(other);
    // When
    List<Violation> without = PlacementVerifier.verify(TestPlans.MODEL, pool, placement);
    List<Violation> with =
        PlacementVerifier.verify(
            TestPlans.MODEL,
            pool.withBridges(List.of(new Bridge("OTHER", "LIB", 1e-5, 1e9))),
            placement);
    // Then
    assertThat(without).extracting(Violation::kind).containsOnly(Kind.LIBRARY_MIXED);
    assertThat(without.getFirst().detail()).contains("no bridge joins", "LIB and ", "OTHER");
    assertThat(with).isEmpty();
  }

  private static Arguments stages(Kind kind, StagePlacement... more) {
    List<StagePlacement> stages = new ArrayList<>(List.of(TestPlans.first()));
    stages.addAll(List.of(more));
    List<DeviceMemory> ample = new ArrayList<>();
    stages.stream()
        .flatMap(s -> s.deviceIds().stream())
        .distinct()
        .forEach(id -> ample.add(new DeviceMemory(id, 200, 200, 0, 0, 0)));
    return Arguments.of(kind, TestPlans.pool(), TestPlans.plan(new Placement(stages), ample));
  }

  static Stream<Arguments> devices() {
    Plan plan = TestPlans.plan(TestPlans.placement(), TestPlans.memory());
    Pool onlyA = Pool.of(List.of(TestPlans.pool().nodes().getFirst()));
    return Stream.of(
        Arguments.of(Kind.DEVICE_UNKNOWN, onlyA, plan),
        devices(Kind.DEVICE_FAILED, Health.FAILED, "LIB", Precision.FP8),
        devices(Kind.LIBRARY_MIXED, Health.HEALTHY, "OTHER", Precision.FP8),
        devices(Kind.PRECISION_UNSUPPORTED, Health.HEALTHY, "LIB", Precision.INT8));
  }

  private static Arguments devices(Kind kind, Health health, String library, Precision precision) {
    Device changed = TestPlans.device("b/1", health, library, precision);
    return Arguments.of(
        kind, TestPlans.pool(changed), TestPlans.plan(TestPlans.placement(), TestPlans.memory()));
  }

  static Stream<Arguments> memory() {
    return Stream.of(
        memory(Kind.MEMORY_UNSTATED),
        memory(Kind.MEMORY_UNSTATED, TestPlans.memory("b/1", 70), TestPlans.memory("b/1", 70)),
        memory(Kind.MEMORY_UNSTATED, TestPlans.memory("b/1", 70), TestPlans.memory("c/1", 70)),
        memory(Kind.MEMORY_MISSTATED, TestPlans.memory("b/1", 69)),
        memory(Kind.MEMORY_MISSTATED, new DeviceMemory("b/1", 201, 70, 0, 0, 0)),
        memory(Kind.MEMORY_MISSTATED, new DeviceMemory("b/1", 200, 70, -1, 0, 0)),
        memory(Kind.MEMORY_EXCEEDED, new DeviceMemory("b/1", 200, 70, 100, 20, 11)));
  }

  private static Arguments memory(Kind kind, DeviceMemory... last) {
    List<DeviceMemory> memory = new ArrayList<>(TestPlans.memory().subList(0, 3));
    memory.addAll(List.of(last));
    return Arguments.of(kind, TestPlans.pool(), TestPlans.plan(TestPlans.placement(), memory));
  }
}
