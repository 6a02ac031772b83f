package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.MigrationPass.Degree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left out of a pass has no steps: with and without it, the steps are the same. */
class MigrationPassTest {
  private static final int DEVICES = 8;
  private static final int LAYERS = 6;
  private static final int EXPERTS = 4;
  private static final int STEPS = 400;

  private final TreeMap<String, DeviceLedger> ledgers = new TreeMap<>();
  private final List<DeviceAction> flying = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldGiveTheSameStepsWithoutQuietLayers(long seed) {
    // Given
    Random random = new Random(seed);
    MigrationTarget target = MigrationTarget.of(placement(random));
    ServiceCheck check = check();
    ServiceCheck forgetful = check();
    int quiet = 0;
    int moves = 0;

    for (int step = 0; step < STEPS; step++) {
      MigrationView view = view(target, random.nextInt(6) == 0 ? 60 : 500);

      // When
      List<DeviceAction> brief = new MigrationPass(view, Degree.STEADY, true).actions();
      List<DeviceAction> full = new MigrationPass(view, Degree.STEADY, false).actions();

      // Then
      assertThat(brief).as("step %d of seed %d", step, seed).isEqualTo(full);
      assertThat(Migration.isComplete(view)).isEqualTo(isComplete(view));
      assertThat(check.check(view.devices(), false))
          .isEqualTo(
              forgetful.check(
                  view.devices().stream().map(MigrationPassTest::copy).toList(), false));
      quiet += LAYERS - BusyLayers.of(view).cardinality() > 0 ? 1 : 0;
      moves += brief.isEmpty() ? 0 : 1;
      target = mishap(random, target);
      follow(random, Migration.next(view));
    }
    assertThat(quiet).as("moments with quiet layers").isPositive();
    assertThat(moves).as("moments with steps").isPositive();
  }

  private static ServiceCheck check() {
    return new ServiceCheck(TestPlans.MODEL, ExpertLoad.uniform(TestPlans.MODEL), TestPlans::bytes);
  }

  /** Another object, so that nothing is known of it. */
  private static DeviceView copy(DeviceView view) {
    return new DeviceView(
        view.deviceId(),
        view.shardLimitBytes(),
        view.loaded(),
        view.loading(),
        view.releasing(),
        view.active(),
        view.outstanding());
  }

  /** The definition, spelled out without any shortcut. */
  private static boolean isComplete(MigrationView view) {
    TreeMap<String, DeviceTarget> wanted = new TreeMap<>(view.target().devices());
    for (DeviceView device : view.devices()) {
      DeviceTarget target = wanted.remove(device.deviceId());
      TreeMap<Integer, LayerRoute> routes = new TreeMap<>();
      if (target != null) {
        routes.putAll(target.routes());
        routes.values().removeIf(LayerRoute::isEmpty);
      }
      boolean same =
          device.loaded().equals(target == null ? Collections.emptySet() : target.shards())
              && device.active().equals(routes)
              && !device.isInFlight();
      if (!same) {
        return false;
      }
    }
    return wanted.isEmpty();
  }

  /** Something sends what is asked for, answers some of what was sent, or loses it. */
  private void follow(Random random, List<DeviceAction> actions) {
    for (DeviceAction action : actions) {
      ledgers.computeIfAbsent(action.deviceId(), DeviceLedger::new).sent(action);
      flying.add(action);
    }
    int answers = random.nextInt(4) == 0 ? random.nextInt(flying.size() + 1) : flying.size();
    for (int i = 0; i < answers; i++) {
      DeviceAction action = flying.remove(random.nextInt(flying.size()));
      DeviceLedger ledger = requireNonNull(ledgers.get(action.deviceId()));
      if (random.nextInt(20) == 0) {
        ledger.failed(action);
      } else {
        ledger.done(action);
      }
    }
  }

  /** Now and then there is another target, or a device comes back empty, or stays away. */
  private MigrationTarget mishap(Random random, MigrationTarget target) {
    int dice = random.nextInt(60);
    String device = id(random.nextInt(DEVICES));
    if (dice == 0) {
      return MigrationTarget.of(placement(random), target);
    }
    if (dice >= 57) {
      MigrationTarget next = MigrationTarget.of(changed(target.placement(), random), target);
      MigrationTarget fresh = MigrationTarget.of(next.placement());
      assertThat(next.devices()).isEqualTo(fresh.devices());
      return next;
    }
    if (dice <= 2) {
      flying.removeIf(action -> action.deviceId().equals(device));
      ledgers.put(device, new DeviceLedger(device));
      away = dice == 2 ? device : "";
    }
    return target;
  }

  private String away = "";

  private MigrationView view(MigrationTarget target, long limitBytes) {
    List<DeviceView> views = new ArrayList<>();
    for (int d = 0; d < DEVICES; d++) {
      String id = id(d);
      if (!id.equals(away)) {
        views.add(ledgers.computeIfAbsent(id, DeviceLedger::new).view(limitBytes));
      }
    }
    return new MigrationView(target, views, MigrationLimits.DEFAULT, TestPlans::bytes);
  }

  private static String id(int device) {
    return "n/" + device;
  }

  /** Two or three stages over some devices, with replicas. */
  private static Placement placement(Random random) {
    List<Integer> devices = new ArrayList<>();
    for (int d = 0; d < DEVICES; d++) {
      devices.add(d);
    }
    Collections.shuffle(devices, random);
    int stages = 2 + random.nextInt(2);
    List<StagePlacement> placed = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      List<String> ids =
          devices.subList(2 * s, 2 * s + 2).stream().map(MigrationPassTest::id).sorted().toList();
      int first = s * LAYERS / stages;
      List<LayerPlacement> layers = new ArrayList<>();
      for (int layer = first; layer < (s + 1) * LAYERS / stages; layer++) {
        layers.add(layer(random));
      }
      placed.add(TestPlans.stage(first, ids, List.of(0.5, 0.5), layers));
    }
    return new Placement(placed);
  }

  /** One stage is made anew, the others stay. */
  private static Placement changed(Placement before, Random random) {
    List<StagePlacement> stages = new ArrayList<>(before.stages());
    int s = random.nextInt(stages.size());
    StagePlacement old = stages.get(s);
    List<LayerPlacement> layers = new ArrayList<>();
    old.layers().forEach(layer -> layers.add(layer(random)));
    stages.set(s, TestPlans.stage(old.firstLayer(), old.deviceIds(), old.tokenShares(), layers));
    return new Placement(stages);
  }

  private static LayerPlacement layer(Random random) {
    int[] on = new int[EXPERTS + 1];
    int[] experts = new int[EXPERTS + 1];
    double[] shares = new double[EXPERTS + 1];
    for (int e = 0; e < EXPERTS; e++) {
      on[e] = random.nextInt(2);
      experts[e] = e;
      shares[e] = 1;
    }
    // The last slot is the second replica of expert 0, on the other device.
    on[EXPERTS] = 1 - on[0];
    shares[0] = 0.5;
    shares[EXPERTS] = 0.5;
    return new LayerPlacement(on, experts, shares);
  }
}
