package dev.hejin.agent.reconcile;

import static dev.hejin.agent.reconcile.Shards.expert;
import static dev.hejin.agent.reconcile.Shards.layer;
import static dev.hejin.agent.reconcile.Shards.route;
import static dev.hejin.agent.reconcile.Shards.shape;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the orders, the books stay right. The seed is the parameter. */
class DeviceLedgerPropertyTest {
  private static final int ORDERS = 400;
  private static final long MEMORY = 200;

  @ParameterizedTest
  @MethodSource("seeds")
  void shouldNeverExceedMemoryNorServeWhatIsNotLoaded(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    DeviceLedger ledger = new DeviceLedger("n/0", MEMORY);
    for (int i = 0; i < ORDERS; i++) {
      // Given
      List<HeldState> before = ledger.held();
      long usedBefore = ledger.usedBytes();
      long cacheBytes = random.nextInt(60);

      // When
      Directive.Action order = order(random, cacheBytes);
      boolean done = carryOut(ledger, order);

      // Then
      assertThat(ledger.usedBytes()).isBetween(0L, MEMORY);
      assertThat(ledger.usedBytes()).isEqualTo(weigh(ledger));
      assertThat(ledger.held()).allSatisfy(DeviceLedgerPropertyTest::checkRoutes);
      if (done) {
        List<HeldState> after = ledger.held();
        assertThat(carryOut(ledger, order)).isTrue();
        assertThat(ledger.held()).isEqualTo(after);
      } else {
        assertThat(ledger.held()).isEqualTo(before);
        assertThat(ledger.usedBytes()).isEqualTo(usedBefore);
      }
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 30);
  }

  private static Directive.Action order(SplittableRandom random, long cacheBytes) {
    List<Shard> shards = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int layer = random.nextInt(3);
      int expert = random.nextInt(5) - 1;
      shards.add(expert < 0 ? layer(layer, 30) : expert(layer, expert, 12));
    }
    return switch (random.nextInt(3)) {
      case 0 -> new Directive.Load(shards);
      case 1 -> new Directive.Release(shards.stream().map(Shard::key).toList());
      default -> new Directive.Activate(List.of(someRoute(random)), shape(cacheBytes));
    };
  }

  private static LayerRoute someRoute(SplittableRandom random) {
    Integer[] experts =
        IntStream.range(0, 4).filter(e -> random.nextInt(3) == 0).boxed().toArray(Integer[]::new);
    return route(random.nextInt(3), random.nextBoolean() ? 0 : 0.5, experts);
  }

  private static boolean carryOut(DeviceLedger ledger, Directive.Action order) {
    return switch (order) {
      case Directive.Load load ->
          switch (ledger.beginLoad("m", 1, load.shards())) {
            case LoadDecision.Refused refused -> false;
            case LoadDecision.Accepted accepted -> {
              accepted.missing().forEach(shard -> ledger.finishShard("m", shard.key()));
              yield true;
            }
          };
      case Directive.Activate activate -> ledger.activate("m", 1, activate).isEmpty();
      case Directive.Release release -> ledger.release("m", 1, release.shards()).isEmpty();
    };
  }

  private static long weigh(DeviceLedger ledger) {
    return ledger.holdings().values().stream()
        .mapToLong(
            holding ->
                holding.kvCacheBytes()
                    + holding.loaded().values().stream().mapToLong(Shard::sizeBytes).sum())
        .sum();
  }

  private static void checkRoutes(HeldState state) {
    for (LayerRoute route : state.routes()) {
      if (route.tokenShare() > 0) {
        assertThat(state.shards()).contains(layer(route.layer(), 30));
      }
      route
          .experts()
          .forEach(
              expert -> assertThat(state.shards()).contains(expert(route.layer(), expert, 12)));
    }
    assertThat(Optional.of(state.shards()).map(List::isEmpty)).contains(false);
  }
}
