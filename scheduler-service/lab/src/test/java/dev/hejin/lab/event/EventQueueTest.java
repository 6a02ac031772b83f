package dev.hejin.lab.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {

  @Test
  void shouldGiveEventsByTimeAndThenInTheOrderTheyCame() {
    // Given
    SplittableRandom random = new SplittableRandom(3);
    EventQueue queue = new EventQueue();
    List<double[]> expected = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      double at = random.nextInt(100);
      queue.add(at, i);
      expected.add(new double[] {at, i});
    }
    expected.sort(Comparator.<double[]>comparingDouble(e -> e[0]).thenComparingDouble(e -> e[1]));

    // When
    List<double[]> taken = new ArrayList<>();
    while (!queue.isEmpty()) {
      taken.add(new double[] {queue.nextSeconds(), queue.take()});
    }

    // Then
    assertThat(taken.toArray(double[][]::new)).isDeepEqualTo(expected.toArray(double[][]::new));
  }

  @Test
  void shouldRefuseATimeThatIsNone() {
    // Given
    EventQueue queue = new EventQueue();

    // When, Then
    assertThatThrownBy(() -> queue.add(Double.NaN, 1)).hasMessageContaining("Maybe");
  }
}
