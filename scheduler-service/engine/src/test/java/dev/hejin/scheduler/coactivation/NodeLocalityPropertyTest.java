package dev.hejin.scheduler.coactivation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.balance.BalanceOptions;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.Balancer;
import dev.hejin.scheduler.balance.InvalidProblemException;
import dev.hejin.scheduler.balance.PlacementVerifier;
import dev.hejin.scheduler.balance.Split;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Balance is never worse, traffic never more, and the placement stays valid. */
class NodeLocalityPropertyTest {
  private static final int LAYERS = 3;

  /** A problem, its pairs, and the list of pairs for counting by hand. */
  private record World(BalanceProblem problem, Coactivation pairs, double[][] list, int nodes) {}

  private static World world(Random random, int nodes, int perNode, boolean bound, boolean moved) {
    int devices = nodes * perNode;
    int experts = nodes * (2 + random.nextInt(6));
    int[] slots = new int[devices];
    int each = Math.min(experts / nodes, (experts + devices - 1) / devices + random.nextInt(2));
    Arrays.fill(slots, Math.max(each, (experts + devices - 1) / devices));
    double[] speeds = new double[devices];
    Arrays.setAll(speeds, d -> random.nextInt(3) == 0 ? 0.5 : 1);
    double[][] weights = new double[LAYERS][experts];
    for (double[] row : weights) {
      Arrays.setAll(row, e -> Math.rint(100 * Math.exp(random.nextGaussian())) + 1);
    }
    BalanceProblem.Builder builder = BalanceProblem.builder(weights, slots).speeds(speeds);
    if (bound) {
      builder.hierarchy(nodes, nodes);
    }
    if (moved) {
      builder.previous(new Balancer(BalanceOptions.DEFAULT).balance(builder.build()).slotExpert());
      weights[0][0] *= 20;
      builder.maxMoves(4);
    }
    double[][] list = new double[4 * experts][];
    Coactivation.Builder pairs = new Coactivation.Builder(LAYERS, experts);
    for (int i = 0; i < list.length; i++) {
      int layer = random.nextInt(LAYERS);
      int next = layer + 1 < LAYERS && random.nextBoolean() ? layer + 1 : layer;
      int e = random.nextInt(experts);
      int f = (e + 1 + random.nextInt(experts - 1)) % experts;
      list[i] = new double[] {layer, e, next, f, random.nextInt(1000)};
      pairs.add(layer, e, next, f, list[i][4]);
    }
    return new World(builder.build(), pairs.build(), list, nodes);
  }

  @Property(tries = 200)
  void shouldNeverMakeAnythingWorse(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int nodes,
      @ForAll @IntRange(min = 1, max = 4) int perNode,
      @ForAll boolean bound,
      @ForAll boolean moved,
      @ForAll Split split) {
    // Given a placement by balance alone
    World world = world(new Random(seed), nodes, perNode, bound, moved);
    BalanceResult before =
        new Balancer(BalanceOptions.DEFAULT.with(split)).balance(world.problem());
    NodeLocality locality = new NodeLocality(world.problem(), world.pairs(), nodes);

    // When
    BalanceResult after = locality.improve(before);

    // Then
    assertThat(new PlacementVerifier(world.problem()).violations(after)).isEmpty();
    for (int l = 0; l < LAYERS; l++) {
      assertThat(after.layerSeconds()[l])
          .isLessThanOrEqualTo(before.layerSeconds()[l] * (1 + 1e-12));
    }
    assertThat(after.moves()).isLessThanOrEqualTo(before.moves());
    assertThat(after.counts()).isDeepEqualTo(before.counts());
    double crossing = byHand(world, after);
    assertThat(locality.crossing(after)).isCloseTo(crossing, within(1e-6));
    assertThat(locality.crossing(after)).isLessThanOrEqualTo(locality.crossing(before));
    assertThat(locality.improve(before).slotExpert()).isDeepEqualTo(after.slotExpert());
  }

  /** Tokens whose two experts are on different nodes, replica by replica. */
  private static double byHand(World world, BalanceResult result) {
    double sum = 0;
    int perNode = world.problem().totalSlots() / world.nodes();
    for (double[] pair : world.list()) {
      int[] one = result.slotExpert()[(int) pair[0]];
      int[] two = result.slotExpert()[(int) pair[2]];
      for (int s = 0; s < one.length; s++) {
        for (int t = 0; t < two.length; t++) {
          if (one[s] == (int) pair[1] && two[t] == (int) pair[3] && s / perNode != t / perNode) {
            sum +=
                pair[4]
                    * result.replicaWeights()[(int) pair[0]][s]
                    * result.replicaWeights()[(int) pair[2]][t];
          }
        }
      }
    }
    return sum;
  }

  @Example
  void shouldBringPartnersToOneNode() {
    // Given four equal experts, 0 with 2 and 1 with 3, placed in order on two nodes
    BalanceProblem problem =
        BalanceProblem.builder(new double[][] {{5, 5, 5, 5}}, 4, 4)
            .previous(new int[][] {{0, 1, 2, 3}})
            .build();
    BalanceProblem afresh = BalanceProblem.builder(new double[][] {{5, 5, 5, 5}}, 4, 4).build();
    Coactivation pairs =
        new Coactivation.Builder(1, 4).add(0, 0, 0, 2, 70).add(0, 3, 0, 1, 30).build();
    BalanceResult apart = new Balancer(BalanceOptions.DEFAULT).balance(problem);

    // When
    BalanceResult free = new NodeLocality(afresh, pairs, 2).improve(apart);
    BalanceResult held = new NodeLocality(problem, pairs, 2).improve(apart);

    // Then
    assertThat(new NodeLocality(afresh, pairs, 2).crossing(apart)).isEqualTo(100);
    assertThat(new NodeLocality(afresh, pairs, 2).crossing(free)).isZero();
    assertThat(free.balancedness()).isEqualTo(1);
    assertThat(held.moves()).isZero();
  }

  @Example
  void shouldFollowTokensThroughLayersWhereGroupsAreBound() {
    // Given two groups on two nodes, and tokens that go from group 0 to group 1
    BalanceProblem problem =
        BalanceProblem.builder(new double[][] {{9, 1}, {9, 1}}, 2, 2).hierarchy(2, 2).build();
    Coactivation pairs = new Coactivation.Builder(2, 2).add(0, 0, 1, 1, 8).build();
    BalanceResult apart = new Balancer(BalanceOptions.DEFAULT).balance(problem);

    // When
    BalanceResult near = new NodeLocality(problem, pairs, 2).improve(apart);

    // Then
    assertThat(new NodeLocality(problem, pairs, 2).crossing(apart)).isEqualTo(8);
    assertThat(new NodeLocality(problem, pairs, 2).crossing(near)).isZero();
  }

  @Example
  void shouldRefuseBadPairsAndNodes() {
    // Given a problem of one layer, four experts, four devices
    BalanceProblem problem = BalanceProblem.builder(new double[][] {{5, 5, 5, 5}}, 4, 4).build();
    Coactivation.Builder pairs = new Coactivation.Builder(1, 4);

    // When, then
    refuses("coactivation layer = 1", () -> pairs.add(1, 0, 1, 1, 1));
    refuses("coactivation expert = 4", () -> pairs.add(0, 4, 0, 1, 1));
    refuses("coactivation experts = 0/2", () -> pairs.add(0, 2, 0, 2, 1));
    refuses("coactivation tokens = NaN", () -> pairs.add(0, 2, 0, 1, Double.NaN));
    refuses("coactivation layers", () -> new Coactivation.Builder(3, 4).add(2, 0, 0, 0, 1));
    refuses("num_nodes = 3", () -> new NodeLocality(problem, pairs.build(), 3));
    refuses(
        "coactivation = 2 x 4",
        () -> new NodeLocality(problem, new Coactivation.Builder(2, 4).build(), 2));
  }

  private static void refuses(String message, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(InvalidProblemException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("\nMaybe ");
  }
}
