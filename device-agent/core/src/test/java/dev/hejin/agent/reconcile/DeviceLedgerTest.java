package dev.hejin.agent.reconcile;

import static dev.hejin.agent.reconcile.Shards.expert;
import static dev.hejin.agent.reconcile.Shards.layer;
import static dev.hejin.agent.reconcile.Shards.route;
import static dev.hejin.agent.reconcile.Shards.shape;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Shard;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceLedgerTest {
  private final DeviceLedger ledger = new DeviceLedger("n/0", 100);

  @Test
  void shouldReserveMemoryWhenALoadBegins() {
    // When
    LoadDecision decision = ledger.beginLoad("m", 1, List.of(layer(0, 60)));

    // Then
    assertThat(decision).isEqualTo(new LoadDecision.Accepted(List.of(layer(0, 60))));
    assertThat(ledger.usedBytes()).isEqualTo(60);
    assertThat(ledger.held()).isEmpty();
    assertThat(ledger.loadingShards()).isEqualTo(1);
  }

  @Test
  void shouldAskOnlyForShardsThatAreNotThere() {
    // Given
    load(layer(0, 60));

    // When
    LoadDecision decision = ledger.beginLoad("m", 2, List.of(layer(0, 60), expert(0, 1, 10)));

    // Then
    assertThat(decision).isEqualTo(new LoadDecision.Accepted(List.of(expert(0, 1, 10))));
    assertThat(ledger.usedBytes()).isEqualTo(70);
  }

  @Test
  void shouldChangeNothingWhenALoadDoesNotFit() {
    // Given
    load(layer(0, 60));

    // When
    LoadDecision decision = ledger.beginLoad("m", 2, List.of(expert(0, 1, 25), expert(0, 2, 25)));

    // Then
    assertThat(decision)
        .isInstanceOfSatisfying(
            LoadDecision.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .contains("needs 50 bytes", "40 of 100 bytes free", "\nMaybe"));
    assertThat(ledger.usedBytes()).isEqualTo(60);
    assertThat(ledger.held().getFirst().epoch()).isEqualTo(1);
  }

  @Test
  void shouldRefuseAnotherSizeOfALoadedShard() {
    // Given
    load(layer(0, 60));

    // When
    LoadDecision decision = ledger.beginLoad("m", 2, List.of(layer(0, 61)));

    // Then
    assertThat(decision).isInstanceOf(LoadDecision.Refused.class);
  }

  @Test
  void shouldGiveBackWhatNeverArrived() {
    // Given
    ledger.beginLoad("m", 1, List.of(layer(0, 60), expert(0, 1, 10)));
    ledger.finishShard("m", layer(0, 60).key());

    // When
    ledger.abandonLoads();

    // Then
    assertThat(ledger.usedBytes()).isEqualTo(60);
    assertThat(ledger.held().getFirst().shards()).containsExactly(layer(0, 60));
  }

  @Test
  void shouldRefuseARouteWhoseLayerIsNotLoaded() {
    // Given
    load(expert(0, 1, 10));

    // When
    Optional<String> refusal = activate(5, route(0, 0.5, 1));

    // Then
    assertThat(refusal.orElseThrow()).contains("layer 0", "not loaded");
    assertThat(ledger.held().getFirst().routes()).isEmpty();
  }

  @Test
  void shouldRefuseARouteWhoseExpertIsNotLoaded() {
    // Given
    load(expert(0, 1, 10));

    // When
    Optional<String> refusal = activate(5, route(0, 0, 1, 2));

    // Then
    assertThat(refusal.orElseThrow()).contains("expert 2 of layer 0");
  }

  @Test
  void shouldKeepOtherLayersWhenOneIsActivated() {
    // Given
    load(layer(0, 10), layer(1, 10));
    activate(5, route(0, 0.5));

    // When
    Optional<String> refusal = activate(5, route(1, 0.25));

    // Then
    assertThat(refusal).isEmpty();
    assertThat(ledger.held().getFirst().routes()).containsExactly(route(0, 0.5), route(1, 0.25));
    assertThat(ledger.usedBytes()).isEqualTo(25);
  }

  @Test
  void shouldRefuseACacheBeyondMemory() {
    // Given
    load(layer(0, 60));

    // When
    Optional<String> refusal = activate(41, route(0, 1));

    // Then
    assertThat(refusal.orElseThrow()).contains("the cache needs 41 bytes");
    assertThat(ledger.usedBytes()).isEqualTo(60);
  }

  @Test
  void shouldGiveTheCacheBackWithTheLastRoute() {
    // Given
    load(layer(0, 60));
    activate(30, route(0, 1));

    // When
    Optional<String> refusal =
        ledger.activate("m", 3, new Directive.Activate(List.of(route(0, 0)), null));

    // Then
    assertThat(refusal).isEmpty();
    assertThat(ledger.usedBytes()).isEqualTo(60);
  }

  @Test
  void shouldRefuseToReleaseWhatIsServed() {
    // Given
    load(layer(0, 60), expert(0, 1, 10));
    activate(0, route(0, 1, 1));

    // When
    Optional<String> refusal =
        ledger.release("m", 3, List.of(expert(0, 2, 1).key(), expert(0, 1, 1).key()));

    // Then
    assertThat(refusal.orElseThrow()).contains("expert 1 of layer 0", "served");
    assertThat(ledger.usedBytes()).isEqualTo(70);
  }

  @Test
  void shouldReleaseTwiceAndForgetAnEmptyDeployment() {
    // Given
    load(layer(0, 60));

    // When
    Optional<String> first = ledger.release("m", 3, List.of(layer(0, 60).key()));
    Optional<String> second = ledger.release("m", 3, List.of(layer(0, 60).key()));

    // Then
    assertThat(first).isEmpty();
    assertThat(second).isEmpty();
    assertThat(ledger.usedBytes()).isZero();
    assertThat(ledger.held()).isEmpty();
  }

  @Test
  void shouldSucceedWithRoutesOfNothingWhereNothingIsHeld() {
    // When
    Optional<String> refusal =
        ledger.activate("m", 3, new Directive.Activate(List.of(route(4, 0)), null));

    // Then
    assertThat(refusal).isEmpty();
    assertThat(ledger.held()).isEmpty();
  }

  private void load(Shard... shards) {
    ledger.beginLoad("m", 1, List.of(shards));
    List.of(shards).forEach(shard -> ledger.finishShard("m", shard.key()));
  }

  private Optional<String> activate(long kvCacheBytes, LayerRoute... routes) {
    return ledger.activate("m", 2, new Directive.Activate(List.of(routes), shape(kvCacheBytes)));
  }
}
