package dev.hejin.scheduler.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.app.port.DeviceCondition;
import dev.hejin.scheduler.app.port.DeviceWindow;
import dev.hejin.scheduler.detect.SpeedJudge;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.PhaseScale;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.planner.Evaluation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CalibratorTest {
  private static final Device DEVICE =
      new Device(
          "n/0",
          "n",
          "ACME",
          "One",
          Figure.UNKNOWN,
          Figure.UNKNOWN,
          Map.of(),
          Figure.UNKNOWN,
          "",
          Figure.UNKNOWN,
          Health.HEALTHY,
          true);
  private static final Pool POOL = Pool.of(List.of(new Node("n", List.of(DEVICE), Figure.UNKNOWN)));

  /** 5 ms in all, 3 ms of them experts. */
  private static final Evaluation NOMINAL =
      new Evaluation(
          List.of(), 0, new TreeMap<>(Map.of("n/0", 5e-3)), new TreeMap<>(Map.of("n/0", 3e-3)));

  private final Calibrator calibrator = new Calibrator(true);
  private long end = 100;

  private List<SpeedJudge.Sample> window(double attention, double experts, double speed) {
    DeviceWindow window =
        new DeviceWindow(
            "n/0",
            "chat",
            1,
            ++end,
            10,
            attention,
            experts,
            0,
            0,
            0,
            true,
            DeviceCondition.UNKNOWN);
    Map<String, DeviceWindow> windows = new TreeMap<>(Map.of("n/0", window));
    return calibrator.observe("chat", POOL, windows, NOMINAL, 100, id -> speed);
  }

  private PhaseScale scale(Pool pool) {
    return pool.phaseScale(DEVICE.type());
  }

  @Test
  void shouldGivePlansWhatDevicesReport() {
    // When: attention takes 2.6 instead of 2 ms, experts 3 as predicted
    for (int i = 0; i < 10; i++) {
      List<SpeedJudge.Sample> samples = window(2.6e-3, 3e-3, 1);
      assertThat(samples).hasSize(1);
      assertThat(samples.getFirst().observedSeconds()).isCloseTo(5.6e-3, within(1e-12));
      assertThat(samples.getFirst().nominalSeconds()).isEqualTo(5e-3);
    }

    // Then
    assertThat(scale(calibrator.scaled(POOL)).attention()).isCloseTo(1.3, within(1e-9));
    assertThat(scale(calibrator.scaled(POOL)).experts()).isCloseTo(1, within(1e-9));
    assertThat(calibrator.of("n/0").isKnown()).isTrue();
  }

  @Test
  void shouldNotTakeASlowDeviceForASlowType() {
    // When a device is believed to run at half speed, and takes twice as long
    for (int i = 0; i < 10; i++) {
      window(4e-3, 6e-3, 0.5);
    }

    // Then
    assertThat(scale(calibrator.scaled(POOL))).isEqualTo(PhaseScale.NONE);
    assertThat(calibrator.takeNews("chat")).isFalse();
  }

  @Test
  void shouldHoldAPlanToWhatItWasMadeWith() {
    // Given a plan that was made before anything was known
    assertThat(calibrator.made("chat")).isFalse();
    calibrator.adopted("chat", POOL);

    // When
    for (int i = 0; i < 10; i++) {
      window(2.6e-3, 3e-3, 1);
    }

    // Then
    assertThat(scale(calibrator.asPlanned("chat", POOL))).isEqualTo(PhaseScale.NONE);
    assertThat(calibrator.takeNews("chat")).isTrue();
    assertThat(calibrator.takeNews("chat")).isFalse();
    calibrator.adopted("chat", calibrator.scaled(POOL));
    assertThat(scale(calibrator.asPlanned("chat", POOL)).attention()).isCloseTo(1.3, within(1e-9));
    calibrator.clear();
    assertThat(calibrator.made("chat")).isFalse();
    assertThat(scale(calibrator.scaled(POOL))).isEqualTo(PhaseScale.NONE);
  }

  @Test
  void shouldOnlyShowWhereItIsNotUsed() {
    // Given
    Calibrator watching = new Calibrator(false);
    for (int i = 0; i < 10; i++) {
      DeviceWindow window =
          new DeviceWindow(
              "n/0", "chat", 1, ++end, 10, 2.6e-3, 3e-3, 0, 0, 0, true, DeviceCondition.UNKNOWN);
      watching.observe("chat", POOL, Map.of("n/0", window), NOMINAL, 100, id -> 1);
    }

    // When / Then
    assertThat(watching.of("n/0").isKnown()).isTrue();
    assertThat(watching.takeNews("chat")).isFalse();
    assertThat(scale(watching.scaled(POOL))).isEqualTo(PhaseScale.NONE);
  }

  @Test
  void shouldIgnoreWindowsFromBeforeThePlan() {
    // Given
    end = 1;

    // When
    for (int i = 0; i < 10; i++) {
      assertThat(window(2.6e-3, 3e-3, 1)).isEmpty();
    }

    // Then
    assertThat(calibrator.of("n/0").windows()).isZero();
  }
}
