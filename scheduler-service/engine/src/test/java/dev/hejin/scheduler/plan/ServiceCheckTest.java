package dev.hejin.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.ServiceViolation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ServiceCheckTest {
  private final ServiceCheck check =
      new ServiceCheck(TestPlans.MODEL, ExpertLoad.uniform(TestPlans.MODEL), TestPlans::bytes);

  @Test
  void shouldFindNothingWhereAllIsServed() {
    // When
    ServiceReport report = check.check(devices(), true);

    // Then
    assertThat(report.violations()).isEmpty();
    assertThat(report.isUp()).isTrue();
    assertThat(report.servedLayers()).isEqualTo(3);
    assertThat(report.unservedExperts()).isZero();
    assertThat(check.balance()).isCloseTo(2.0 / 2.25, within(1e-9));
  }

  @Test
  void shouldSayNeverServedBeforeAnythingIsUp() {
    // When
    ServiceReport report = check.check(List.of(), true);

    // Then
    assertThat(report.violations())
        .extracting(ServiceViolation::kind)
        .containsOnly(Kind.NEVER_SERVED);
    assertThat(report.unservedExperts()).isEqualTo(8);
    assertThat(report.servedLayers()).isZero();
    assertThat(report.isUp()).isFalse();
  }

  @Test
  void shouldSayLostWhenTheDeviceWentAway() {
    // Given
    check.check(devices(), true);
    List<DeviceView> left = devices().stream().filter(d -> !d.deviceId().equals("b/1")).toList();

    // When
    ServiceReport report = check.check(left, false);

    // Then
    assertThat(report.violations()).extracting(ServiceViolation::kind).containsExactly(Kind.LOST);
    assertThat(report.violations().getFirst().subject()).isEqualTo("layer 2 expert 2");
  }

  @Test
  void shouldSayLostWhenTheDeviceCameBackEmpty() {
    // Given
    check.check(devices(), true);
    check.lost("b/1");
    List<DeviceView> back = replace(empty("b/1"));

    // When
    ServiceReport report = check.check(back, false);

    // Then
    assertThat(report.violations()).extracting(ServiceViolation::kind).containsExactly(Kind.LOST);
  }

  @Test
  void shouldSayDroppedWhenARouteWasTakenAway() {
    // Given
    check.check(devices(), true);

    // When
    ServiceReport report = check.check(replace(empty("b/1")), false);

    // Then
    assertThat(report.violations())
        .extracting(ServiceViolation::kind)
        .containsExactly(Kind.DROPPED);
  }

  @Test
  void shouldSayLostWhenAReplicaWasLetGoBeforeTheLossOfTheOtherWasKnown() {
    // Given: two devices serve all that b/1 serves; one of them is told to stop, then b/1 is lost
    DeviceView lost = device("b/1");
    TreeMap<Integer, LayerRoute> stops = new TreeMap<>();
    lost.active().keySet().forEach(layer -> stops.put(layer, LayerRoute.EMPTY));
    DeviceView other = DeviceView.settled("c/0", 1000, lost.loaded(), lost.active());
    DeviceView told =
        new DeviceView(
            "c/0", 1000, lost.loaded(), new TreeSet<>(), new TreeSet<>(), lost.active(), stops);
    List<DeviceView> left = devices().stream().filter(d -> !d.deviceId().equals("b/1")).toList();
    check.check(with(devices(), other), false);
    check.check(with(left, told), false);

    // When
    ServiceReport report = check.check(with(left, empty("c/0")), false);

    // Then
    assertThat(report.violations()).extracting(ServiceViolation::kind).containsOnly(Kind.LOST);
    assertThat(report.violations()).isNotEmpty();
  }

  private static List<DeviceView> with(List<DeviceView> views, DeviceView one) {
    List<DeviceView> all = new ArrayList<>(views);
    all.add(one);
    return all;
  }

  @Test
  void shouldFindARouteWithoutItsShard() {
    // Given
    DeviceView device = device("b/1");
    TreeSet<Shard> fewer = new TreeSet<>(device.loaded());
    fewer.remove(Shard.ofExpert(2, 3, Precision.FP8));

    // When
    ServiceReport report =
        check.check(replace(DeviceView.settled("b/1", 1000, fewer, device.active())), false);

    // Then
    assertThat(report.violations())
        .extracting(ServiceViolation::kind)
        .containsExactly(Kind.ROUTE_WITHOUT_SHARD);
  }

  @Test
  void shouldFindADeviceThatGrowsOverItsMemory() {
    // Given
    DeviceView device = device("b/1");
    TreeSet<Shard> fewer = new TreeSet<>(device.loaded());
    fewer.removeLast();
    check.check(replace(DeviceView.settled("b/1", 69, fewer, device.active())), true);

    // When
    ServiceReport report =
        check.check(replace(DeviceView.settled("b/1", 69, device.loaded(), device.active())), true);

    // Then
    assertThat(report.has(Kind.MEMORY_EXCEEDED)).isTrue();
  }

  @Test
  void shouldLetADeviceKeepWhatAnEarlierPlanBrought() {
    // Given
    DeviceView device = device("b/1");
    check.check(replace(device), true);

    // When
    ServiceReport report =
        check.check(replace(DeviceView.settled("b/1", 69, device.loaded(), device.active())), true);

    // Then
    assertThat(report.has(Kind.MEMORY_EXCEEDED)).isFalse();
  }

  @Test
  void shouldMindShareSumsOnlyWhenSettled() {
    // Given
    DeviceView device = device("b/1");
    TreeMap<Integer, LayerRoute> routes = new TreeMap<>(device.active());
    routes.put(2, new LayerRoute(0.7, new TreeMap<>(Map.of(2, 1.0, 3, 0.75))));
    List<DeviceView> moment = replace(DeviceView.settled("b/1", 1000, device.loaded(), routes));

    // When
    ServiceReport moving = check.check(moment, false);
    ServiceReport settled = check.check(moment, true);

    // Then
    assertThat(moving.violations()).isEmpty();
    assertThat(settled.violations())
        .extracting(ServiceViolation::kind)
        .containsExactly(Kind.SHARE_SUM);
  }

  private static DeviceView empty(String id) {
    return DeviceView.settled(id, 1000, new TreeSet<>(), new TreeMap<>());
  }

  private static DeviceView device(String id) {
    return devices().stream().filter(d -> d.deviceId().equals(id)).findFirst().orElseThrow();
  }

  private static List<DeviceView> replace(DeviceView changed) {
    List<DeviceView> views = new ArrayList<>();
    devices().forEach(d -> views.add(d.deviceId().equals(changed.deviceId()) ? changed : d));
    return views;
  }

  private static List<DeviceView> devices() {
    List<DeviceView> views = new ArrayList<>();
    for (DeviceTarget target : MigrationTarget.of(TestPlans.placement()).devices().values()) {
      views.add(DeviceView.settled(target.deviceId(), 1000, target.shards(), target.routes()));
    }
    return views;
  }
}
