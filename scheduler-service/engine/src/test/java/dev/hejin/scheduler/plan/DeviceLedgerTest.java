package dev.hejin.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is believed of a device after its answers. */
class DeviceLedgerTest {
  private static final Shard LAYER = Shard.ofLayer(0, Precision.FP8);
  private static final Shard EXPERT = Shard.ofExpert(0, 3, Precision.FP8);
  private static final LayerRoute ROUTE = new LayerRoute(0.5, new TreeMap<>(Map.of(3, 1.0)));

  private final DeviceLedger ledger = new DeviceLedger("n/0");

  DeviceLedgerTest() {
    ledger.report(new TreeSet<>(List.of(LAYER, EXPERT)), Map.of(0, ROUTE));
  }

  private DeviceView view() {
    return ledger.view(1000);
  }

  private void sent(DeviceAction action) {
    ledger.sent(action);
  }

  @Test
  void shouldCountOnNothingThatAFailedOrderMayHaveTakenAway() {
    // Given
    DeviceAction activate =
        new DeviceAction.Activate("n/0", 0, new LayerRoute(0.25, new TreeMap<>()));
    DeviceAction release = new DeviceAction.Release("n/0", List.of(EXPERT));
    sent(activate);
    sent(release);

    // When
    ledger.unsure(activate);
    ledger.unsure(release);

    // Then
    assertThat(view().active()).isEmpty();
    assertThat(view().loaded()).containsExactly(LAYER);
    assertThat(view().isInFlight()).isFalse();
  }

  @Test
  void shouldCountOnNothingThatAFailedOrderMayHaveBrought() {
    // Given
    DeviceAction load = new DeviceAction.Load("n/0", List.of(Shard.ofExpert(0, 4, Precision.FP8)));
    sent(load);

    // When
    ledger.unsure(load);

    // Then
    assertThat(view().loaded()).containsExactly(LAYER, EXPERT);
    assertThat(view().active()).containsOnlyKeys(0);
    assertThat(view().isInFlight()).isFalse();
  }

  @Test
  void shouldBelieveThatARefusedOrderChangedNothing() {
    // Given
    DeviceAction activate = new DeviceAction.Activate("n/0", 0, LayerRoute.EMPTY);
    sent(activate);

    // When
    ledger.failed(activate);

    // Then
    assertThat(view().active()).containsOnlyKeys(0);
    assertThat(view().isInFlight()).isFalse();
  }
}
