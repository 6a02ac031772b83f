package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LowerHullTest {
  private record Spot(double x, double y) implements LowerHull.Point {}

  @Test
  void shouldFindTheCheapestPointAtAnyPrices() {
    // Given
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 200; trial++) {
      List<Spot> spots = new ArrayList<>();
      for (int i = 0; i < 1 + trial % 40; i++) {
        spots.add(new Spot(random.nextInt(20), random.nextInt(20)));
      }
      LowerHull<Spot> hull = new LowerHull<>(spots);
      for (int price = 0; price < 20; price++) {
        double a = random.nextDouble();
        double b = price == 0 ? 0 : random.nextDouble();
        // When
        Spot found = hull.cheapest(a, b);
        // Then
        double least = spots.stream().mapToDouble(s -> a * s.x() + b * s.y()).min().orElseThrow();
        assertThat(a * found.x() + b * found.y()).isCloseTo(least, within(1e-9));
      }
    }
  }
}
