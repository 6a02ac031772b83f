package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.StagePlacement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One layer with two experts on devices a and b, step by step. */
class MigrationTest {
  private final TreeMap<String, DeviceLedger> ledgers = new TreeMap<>();
  private long limitBytes;

  @BeforeEach
  void begin() {
    limitBytes = 1000;
  }

  @Test
  void shouldLoadThenActivateFromNothing() {
    // Given
    there("a", "b");
    Placement target = both(0, 1);

    // When
    List<DeviceAction> loads = next(target);
    done(loads);
    List<DeviceAction> routes = next(target);
    done(routes);

    // Then
    assertThat(loads).hasOnlyElementsOfType(DeviceAction.Load.class).hasSize(2);
    assertThat(routes).hasOnlyElementsOfType(DeviceAction.Activate.class).hasSize(2);
    assertThat(next(target)).isEmpty();
    assertThat(Migration.isComplete(view(target))).isTrue();
  }

  @Test
  void shouldMoveAnExpertWithoutAGap() {
    // Given
    serving(both(0, 0));
    Placement target = both(0, 1);

    // When
    List<List<DeviceAction>> steps = run(target);

    // Then
    assertThat(steps).hasSize(4);
    assertThat(steps.get(0)).containsExactly(new DeviceAction.Load("b", List.of(expert(1))));
    assertThat(steps.get(1)).containsExactly(new DeviceAction.Activate("b", 0, route(0.5, 1)));
    assertThat(steps.get(2)).containsExactly(new DeviceAction.Activate("a", 0, route(0.5, 0)));
    assertThat(steps.get(3)).containsExactly(new DeviceAction.Release("a", List.of(expert(1))));
    assertThat(Migration.isComplete(view(target))).isTrue();
  }

  @Test
  void shouldNotDropBeforeTheNewReplicaAcknowledged() {
    // Given
    serving(both(0, 0));
    Placement target = both(0, 1);
    done(next(target));
    sent(next(target));

    // When
    List<DeviceAction> actions = next(target);

    // Then
    assertThat(actions).isEmpty();
  }

  @Test
  void shouldSwitchADisjointLayerAsAWhole() {
    // Given
    serving(only("a"));
    there("b");
    Placement target = only("b");

    // When
    List<List<DeviceAction>> steps = run(target);

    // Then
    assertThat(steps).hasSize(4);
    assertThat(steps.get(1)).containsExactly(new DeviceAction.Activate("b", 0, route(1, 0, 1)));
    assertThat(steps.get(2)).containsExactly(new DeviceAction.Activate("a", 0, LayerRoute.EMPTY));
  }

  @Test
  void shouldLetSurvivorsTakeOverAtOnce() {
    // Given
    serving(replicated());
    ledgers.remove("b");

    // When
    List<DeviceAction> actions = next(replicated());

    // Then
    assertThat(actions).containsExactly(new DeviceAction.Activate("a", 0, route(1, 0, 1)));
  }

  @Test
  void shouldLoadLostExpertsFirst() {
    // Given
    serving(both(0, 1));
    ledgers.remove("b");
    there("c");
    Placement target =
        new Placement(
            List.of(
                stage(
                    List.of("a", "c"),
                    new LayerPlacement(
                        new int[] {0, 0, 1}, new int[] {0, 1, 0}, new double[] {0.5, 1, 0.5}))));

    // When
    List<DeviceAction> actions = next(target);

    // Then
    assertThat(actions).contains(new DeviceAction.Load("a", List.of(expert(1))));
    assertThat(actions)
        .contains(new DeviceAction.Activate("a", 0, route(1, 0)))
        .noneMatch(DeviceAction.Release.class::isInstance);
  }

  @Test
  void shouldSwapInTheMemoryOfOneExpert() {
    // Given
    limitBytes = 3 * 25 + 2 * 10;
    serving(both(0, 1));
    Placement target = both(1, 0);

    // When
    List<List<DeviceAction>> steps = run(target);

    // Then
    assertThat(Migration.isComplete(view(target))).isTrue();
    assertThat(steps).hasSize(4);
  }

  @Test
  void shouldBeBlockedWithoutHeadroomUnlessInterruptionIsAllowed() {
    // Given
    limitBytes = 3 * 25 + 10;
    serving(both(0, 1));
    Placement target = both(1, 0);

    // When
    List<List<DeviceAction>> steps = run(target);

    // Then
    assertThat(steps).isEmpty();
    assertThat(Migration.isBlocked(view(target))).isTrue();
    assertThat(Migration.next(view(target, MigrationLimits.DEFAULT.withInterruption(true))))
        .containsExactly(new DeviceAction.Activate("a", 0, route(0.5)));
  }

  @Test
  void shouldEmptyAllDevicesForAPlacementWithoutStages() {
    // Given
    serving(both(0, 1));
    Placement target = new Placement(List.of());

    // When
    run(target);

    // Then
    assertThat(Migration.isComplete(view(target))).isTrue();
    assertThat(view(target).devices()).allMatch(d -> d.loaded().isEmpty() && d.active().isEmpty());
  }

  @Test
  void shouldEstimateWhatMoves() {
    // When
    MigrationEstimate estimate =
        MigrationEstimate.between(both(0, 0), both(0, 1), TestPlans::bytes);

    // Then
    assertThat(estimate).isEqualTo(new MigrationEstimate(10, 1, 1, 1));
  }

  private static Shard expert(int expert) {
    return Shard.ofExpert(0, expert, Precision.FP8);
  }

  private static LayerRoute route(double tokens, int... experts) {
    TreeMap<Integer, Double> shares = new TreeMap<>();
    for (int expert : experts) {
      shares.put(expert, 1.0);
    }
    return new LayerRoute(tokens, shares);
  }

  private static StagePlacement stage(List<String> devices, LayerPlacement experts) {
    List<Double> shares = devices.stream().map(d -> 1.0 / devices.size()).toList();
    return TestPlans.stage(0, devices, shares, List.of(experts));
  }

  /** Device numbers of experts 0 and 1 on a and b. */
  private static Placement both(int first, int second) {
    return new Placement(
        List.of(
            stage(
                List.of("a", "b"),
                new LayerPlacement(
                    new int[] {first, second}, new int[] {0, 1}, new double[] {1, 1}))));
  }

  private static Placement only(String device) {
    return new Placement(
        List.of(
            stage(
                List.of(device),
                new LayerPlacement(new int[] {0, 0}, new int[] {0, 1}, new double[] {1, 1}))));
  }

  private static Placement replicated() {
    return new Placement(
        List.of(
            stage(
                List.of("a", "b"),
                new LayerPlacement(
                    new int[] {0, 0, 1, 1},
                    new int[] {0, 1, 0, 1},
                    new double[] {0.5, 0.5, 0.5, 0.5}))));
  }

  private void there(String... ids) {
    for (String id : ids) {
      ledgers.put(id, new DeviceLedger(id));
    }
  }

  private void serving(Placement placement) {
    for (DeviceTarget device : MigrationTarget.of(placement).devices().values()) {
      DeviceLedger ledger = new DeviceLedger(device.deviceId());
      ledger.report(device.shards(), device.routes());
      ledgers.put(device.deviceId(), ledger);
    }
  }

  private MigrationView view(Placement target) {
    return view(target, MigrationLimits.DEFAULT);
  }

  private MigrationView view(Placement target, MigrationLimits limits) {
    List<DeviceView> views = new ArrayList<>();
    ledgers.values().forEach(ledger -> views.add(ledger.view(limitBytes)));
    return new MigrationView(MigrationTarget.of(target), views, limits, TestPlans::bytes);
  }

  private List<DeviceAction> next(Placement target) {
    return Migration.next(view(target));
  }

  private void sent(List<DeviceAction> actions) {
    for (DeviceAction action : actions) {
      requireNonNull(ledgers.get(action.deviceId())).sent(action);
    }
  }

  private void done(List<DeviceAction> actions) {
    sent(actions);
    for (DeviceAction action : actions) {
      requireNonNull(ledgers.get(action.deviceId())).done(action);
    }
  }

  private List<List<DeviceAction>> run(Placement target) {
    List<List<DeviceAction>> steps = new ArrayList<>();
    List<DeviceAction> actions = next(target);
    while (!actions.isEmpty()) {
      assertThat(steps).hasSizeLessThan(100);
      steps.add(actions);
      done(actions);
      actions = next(target);
    }
    return steps;
  }
}
