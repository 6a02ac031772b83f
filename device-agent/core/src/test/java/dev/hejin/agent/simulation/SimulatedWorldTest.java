package dev.hejin.agent.simulation;

import static dev.hejin.agent.reconcile.Shards.expert;
import static dev.hejin.agent.reconcile.Shards.layer;
import static dev.hejin.agent.reconcile.Shards.route;
import static dev.hejin.agent.reconcile.Shards.shape;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.DirectiveQueue;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SimulatedWorldTest {
  private static final long GB = 1_000_000_000;
  private static final long EXPERT_BYTES = 44_040_192;

  private final SimulatedWorld world = world(3);

  @Test
  void shouldHalveOwnWorkWhenADeviceIsTwiceAsFast() {
    // Given
    serve(world, "n/0", 256);
    PartSeconds before = world.truth().getFirst().parts();

    // When
    world.setSpeed("n/0", 2);

    // Then
    PartSeconds after = world.truth().getFirst().parts();
    assertThat(after.attention()).isCloseTo(before.attention() / 2, Percentage.withPercentage(0.1));
    assertThat(after.expert()).isCloseTo(before.expert() / 2, Percentage.withPercentage(0.1));
    assertThat(after.other()).isEqualTo(before.other());
  }

  @Test
  void shouldNotBeatTheNameplate() {
    // When
    serve(world, "n/0", 256);

    // Then: two expert shards and one layer are read once each
    PartSeconds parts = world.truth().getFirst().parts();
    assertThat(parts.expert()).isGreaterThan(2.0 * EXPERT_BYTES / 4e12);
    assertThat(parts.attention()).isGreaterThan(0.4e9 / 4e12);
  }

  @Test
  void shouldTakeLongerWithMoreTokens() {
    // Given
    SimulatedWorld small = world(3);
    SimulatedWorld large = world(3);

    // When
    serve(small, "n/0", 256);
    serve(large, "n/0", 65_536);

    // Then
    PartSeconds few = small.truth().getFirst().parts();
    PartSeconds many = large.truth().getFirst().parts();
    assertThat(many.attention()).isGreaterThan(few.attention());
    assertThat(many.expert()).isGreaterThan(10 * few.expert());
    assertThat(many.other()).isGreaterThan(few.other());
  }

  @Test
  void shouldReportTheSameWithTheSameSeed() {
    // Given
    SimulatedWorld other = world(3);
    SimulatedWorld different = world(4);
    List.of(world, other, different).forEach(each -> serve(each, "n/0", 256));

    // When
    List<DeviceWindow> windows = world.observe(1, 1);

    // Then
    assertThat(other.observe(1, 1)).isEqualTo(windows);
    assertThat(different.observe(1, 1)).isNotEqualTo(windows);
  }

  @Test
  void shouldJitterByAFewPercentAroundTheTruth() {
    // Given
    serve(world, "n/0", 256);
    double truth = world.truth().getFirst().parts().total();

    // When
    List<Double> totals =
        LongStream.range(0, 200)
            .mapToObj(window -> world.observe(window, 1).getFirst().parts().total())
            .toList();

    // Then
    double mean = totals.stream().mapToDouble(total -> total).average().orElseThrow();
    assertThat(mean).isCloseTo(truth, Percentage.withPercentage(0.5));
    assertThat(totals).allSatisfy(total -> assertThat(total / truth).isBetween(0.95, 1.05));
    assertThat(totals.stream().distinct()).hasSizeGreaterThan(150);
  }

  @Test
  void shouldSendTokensWhereTheTrueLoadSaysSo() {
    // Given
    serve(world, "n/0", 256);
    world.setLoad(
        TrueLoad.of(Collections.nCopies(2, List.of(6.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))));

    // When
    DeviceWindow window = world.observe(1, 1).getFirst();

    // Then
    double assignments = window.steps() * 256.0 * 2;
    ExpertTokens tokens = window.experts().getFirst();
    assertThat(tokens.experts()).containsExactly(0, 1);
    assertThat(tokens.tokens().get(0) / assignments).isCloseTo(0.75, within(0.02));
    assertThat(tokens.tokens().get(1) / assignments).isCloseTo(0.25, within(0.02));
  }

  @Test
  void shouldPaceAllDevicesByTheSlowest() {
    // Given
    serve(world, "n/0", 256);
    serve(world, "n/1", 256);
    world.setSpeed("n/1", 0.25);

    // When
    List<DeviceWindow> windows = world.observe(1, 1);

    // Then
    double slowest = windows.get(1).parts().total();
    assertThat(windows.get(0).steps()).isEqualTo(windows.get(1).steps());
    assertThat(windows.get(0).steps()).isEqualTo((long) (1 / Math.max(0.001, slowest)));
    assertThat(windows.get(0).parts().total()).isLessThan(slowest);
  }

  @Test
  void shouldReportAnIdleDeviceWithoutADeployment() {
    // When
    DeviceWindow window = world.observe(1, 1).getFirst();

    // Then
    assertThat(window.deploymentId()).isEmpty();
    assertThat(window.steps()).isZero();
    assertThat(window.simulated()).isTrue();
  }

  @Test
  void shouldWarmUpSlowlyUnderWork() {
    // Given
    serve(world, "n/0", 256);

    // When
    double first = world.observe(1, 1).getFirst().temperatureCelsius();
    double last = first;
    for (int window = 2; window < 300; window++) {
      last = world.observe(window, 1).getFirst().temperatureCelsius();
    }

    // Then
    assertThat(first).isBetween(30.0, 40.0);
    assertThat(last).isBetween(first + 2, 90.0);
  }

  @Test
  void shouldRefuseSpeedsAndDevicesThatCannotBe() {
    assertThatThrownBy(() -> world.setSpeed("n/0", 4.1)).hasMessageContainingAll("4.1", "Maybe");
    assertThatThrownBy(() -> world.setSpeed("n/0", 0)).hasMessageContaining("Maybe");
    assertThatThrownBy(() -> world.setSpeed("n/9", 1)).hasMessageContainingAll("n/9", "Maybe");
  }

  private static void serve(SimulatedWorld world, String deviceId, int microbatchTokens) {
    DeviceDriver driver = world.driver(deviceId);
    DirectiveQueue queue = new DirectiveQueue(driver);
    var load =
        new Directive.Load(
            List.of(layer(0, 400_000_000), expert(0, 0, EXPERT_BYTES), expert(0, 1, EXPERT_BYTES)));
    var activate =
        new Directive.Activate(List.of(route(0, 0.5, 0, 1)), shape(GB, microbatchTokens));
    queue.add(new Directive("a", 1, "m", deviceId, load));
    queue.add(new Directive("b", 1, "m", deviceId, activate));
    queue.run(0);
    assertThat(queue.run(1000 * GB).results()).allMatch(result -> result.done());
  }

  private static SimulatedWorld world(long seed) {
    Map<Precision, Double> rates = Map.of(Precision.BF16, 148e12, Precision.FP8, 296e12);
    return new SimulatedWorld(
        List.of(
            new SimulatedDeviceSpec("n", "n/0", "X", 96 * GB, 4e12, rates, 450e9, 6e9, 1),
            new SimulatedDeviceSpec("n", "n/1", "X", 96 * GB, 4e12, rates, 450e9, 6e9, 1)),
        new SimulationSettings(seed, 1, 0.001));
  }
}
