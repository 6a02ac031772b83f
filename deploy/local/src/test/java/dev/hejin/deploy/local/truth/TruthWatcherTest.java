package dev.hejin.deploy.local.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.proto.simulation.v1.SimulatedDevice;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class TruthWatcherTest {
  private final Deque<List<SimulatedDevice>> looks = new ArrayDeque<>();
  private long now;
  private final TruthWatcher watcher =
      new TruthWatcher(Worlds.MODEL, looks::removeFirst, () -> now);

  @Test
  void shouldFindNothingInHealthyWorld() {
    look(Worlds.healthy());

    assertThat(watcher.whole().violationCount()).isZero();
    assertThat(watcher.whole().mostUnservedExperts()).isZero();
    assertThat(watcher.whole().unservedSeconds()).isZero();
    assertThat(watcher.latest().tokensPerSecond()).isCloseTo(6400, within(1e-6));
    assertThat(watcher.latest().balance()).isEqualTo(1);
  }

  @Test
  void shouldFindMemoryThatIsExceeded() {
    look(
        List.of(
            Worlds.device("a/0", 0.5, 0, 1).setMemoryUsedBytes(101).build(),
            Worlds.device("a/1", 0.5, 2, 3).build()));

    assertThat(watcher.whole().violations()).containsExactly("a/0 uses 101 of 100 bytes");
  }

  @Test
  void shouldFindRoutesToWeightsThatAreNotThere() {
    SimulatedDevice.Builder device = Worlds.device("a/0", 1, 0, 1, 2, 3);
    device.getStatesBuilder(0).clearShards();

    look(List.of(device.build()));

    assertThat(watcher.whole().violationCount()).isEqualTo(6);
    assertThat(watcher.whole().violations())
        .contains(
            "a/0 serves layer 0 without its weights",
            "a/0 serves expert 3 of layer 1 without its weights");
  }

  @Test
  void shouldMeasureHowLongExpertsAreUnserved() {
    List<SimulatedDevice> half = List.of(Worlds.device("a/0", 1, 0, 1).build());
    look(Worlds.healthy());
    now = 1_000_000_000L;
    look(half, half);
    now = 1_500_000_000L;
    look(half, half);
    TruthWindow later = watcher.beginWindow();
    now = 2_000_000_000L;
    look(Worlds.healthy());

    assertThat(watcher.whole().mostUnservedExperts()).isEqualTo(2);
    assertThat(watcher.whole().unservedSeconds()).isEqualTo(1.5);
    assertThat(watcher.whole().worstTokensPerSecond()).isZero();
    assertThat(later.unservedSeconds()).isZero();
    assertThat(later.looks()).isOne();
  }

  @Test
  void shouldNotTakeMoveBetweenTwoAnswersForGap() {
    List<SimulatedDevice> twoIsMissing =
        List.of(Worlds.device("a/0", 0.5, 0, 1).build(), Worlds.device("a/1", 0.5, 3).build());
    List<SimulatedDevice> threeIsMissing =
        List.of(Worlds.device("a/0", 0.5, 0, 1).build(), Worlds.device("a/1", 0.5, 2).build());

    look(twoIsMissing, threeIsMissing);

    assertThat(watcher.whole().mostUnservedExperts()).isZero();
  }

  @Test
  void shouldFindLayerThatNobodyServes() {
    SimulatedDevice.Builder device = Worlds.device("a/0", 1, 0, 1, 2, 3);
    device.getStatesBuilder(0).getRoutesBuilder(0).setTokenShare(0);
    List<SimulatedDevice> world = List.of(device.build());

    look(world, world);

    assertThat(watcher.whole().mostUnservedLayers()).isOne();
    assertThat(watcher.latest().tokensPerSecond()).isZero();
  }

  @SafeVarargs
  private void look(List<SimulatedDevice>... answers) {
    looks.addAll(Arrays.asList(answers));
    watcher.lookOnce();
    assertThat(looks).isEmpty();
  }
}
