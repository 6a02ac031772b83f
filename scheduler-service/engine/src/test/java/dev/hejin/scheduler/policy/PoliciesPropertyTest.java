package dev.hejin.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.registry.Policies;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class PoliciesPropertyTest {

  @Provide
  Arbitrary<String> policy() {
    return Arbitraries.of(Policies.names());
  }

  /** Random loads with zeros, random speeds, slots from barely enough to plenty. */
  private static LayerProblem random(Random random) {
    int experts = 1 + random.nextInt(40);
    int devices = 1 + random.nextInt(10);
    double[] load = new double[experts];
    Arrays.setAll(load, e -> random.nextInt(4) == 0 ? 0 : Math.exp(2 * random.nextGaussian()));
    load[random.nextInt(experts)] += 1;
    double sum = Arrays.stream(load).sum();
    Arrays.setAll(load, e -> load[e] / sum);
    double[] token = new double[devices];
    double[] fixed = new double[devices];
    Arrays.setAll(token, d -> 1e-7 * (1 + random.nextInt(10)));
    Arrays.setAll(fixed, d -> 1e-5 * random.nextInt(10));
    int[] slots = new int[devices];
    int room = 0;
    while (room < experts) {
      int d = random.nextInt(devices);
      room += slots[d] < experts ? 1 : 0;
      slots[d] = Math.min(experts, slots[d] + 1);
    }
    for (int d = 0; d < devices; d++) {
      slots[d] += random.nextInt(3);
    }
    int replicas = experts + random.nextInt(experts + 1);
    int[] node = new int[devices];
    Arrays.setAll(node, d -> d * (1 + random.nextInt(3)) / devices);
    Arrays.sort(node);
    int groups = experts % 4 == 0 ? 4 : 1;
    double clumping = random.nextBoolean() ? 0 : 2 * random.nextDouble();
    return new LayerProblem(
        load, 1000, fixed, token, slots, replicas, null, 1, node, groups, clumping);
  }

  @Property(tries = 300)
  void shouldPlaceEveryExpertWithinSlots(
      @ForAll("policy") String name, @ForAll @IntRange(min = 0) int seed) {
    // Given
    LayerProblem problem = random(new Random(seed));

    // When
    LayerPlacement placement = Policies.byName(name).place(problem);

    // Then
    Problems.assertValid(problem, placement);
    assertThat(problem.seconds(placement)).isGreaterThanOrEqualTo(problem.boundSeconds() * 0.999);
    assertThat(Policies.byName(name).place(problem)).isEqualTo(placement);
  }

  @Property(tries = 300)
  void shouldRepairAnyPreviousPlacement(@ForAll @IntRange(min = 0) int seed) {
    // Given what another problem's devices held, with experts missing and slots exceeded
    Random random = new Random(seed);
    LayerProblem uneven = random(random);
    LayerProblem problem = Problems.withClumping(uneven, 0);
    int slots = random.nextInt(2 * problem.experts());
    int[] device = new int[slots];
    int[] expert = new int[slots];
    double[] share = new double[slots];
    for (int i = 0; i < slots; i++) {
      device[i] = random.nextInt(problem.devices());
      expert[i] = random.nextInt(problem.experts());
      share[i] = random.nextDouble();
    }
    LayerPlacement held = new LayerPlacement(device, expert, share);
    LayerProblem next = Problems.after(problem, held);

    // When
    LayerPlacement placement = Policies.byName("hejin").place(next);

    // Then
    Problems.assertValid(next, placement);
    Problems.assertValid(next, Policies.byName("hejin").place(Problems.after(uneven, held)));
    double fresh = problem.seconds(Policies.byName("hejin").place(problem));
    assertThat(problem.seconds(placement)).isLessThanOrEqualTo(fresh * 1.0301);
  }
}
