package dev.hejin.agent.simulation.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {
  private static final FleetShape LARGE = FleetShape.ofDevices(16_384);
  private static final double MONTH_DAYS = 30;

  @Test
  void shouldAddUpToThePublishedInterruptions() {
    assertThat(FaultCause.publishedTotal()).isEqualTo(419);
    assertThat(FaultCause.FAULTY_GPU.expected(16_384, 54)).isEqualTo(148);
    assertThat(FaultCause.values()).hasSize(18);
  }

  @Test
  void shouldReproduceThePublishedRatesOverASimulatedMonth() {
    // Given
    int agreeing = 0;
    int all = 0;
    int totals = 0;

    // When
    for (long seed = 1; seed <= 40; seed++) {
      List<FaultMonth.Line> lines = FaultMonth.of(LARGE, MONTH_DAYS, seed).lines();
      agreeing += (int) lines.stream().filter(FaultMonth.Line::agrees).count();
      all += lines.size();
      totals += lines.getFirst().agrees() ? 1 : 0;
    }

    // Then: intervals of 95 % hold the true rate at least about that often
    assertThat(agreeing / (double) all).isBetween(0.93, 1.0);
    assertThat(totals).isBetween(35, 40);
  }

  @Test
  void shouldMissARateThatIsWrong() {
    // Given
    FaultMonth month = FaultMonth.of(LARGE, MONTH_DAYS, 1);

    // When
    PoissonInterval interval = PoissonInterval.of((long) month.lines().getFirst().simulated());

    // Then
    assertThat(interval.contains(1.4 * 419 * MONTH_DAYS / 54)).isFalse();
    assertThat(interval.contains(0.7 * 419 * MONTH_DAYS / 54)).isFalse();
  }

  @Test
  void shouldGiveTheSameFaultsForTheSameSeedOnly() {
    // When
    List<FaultEvent> events = FaultSchedule.of(LARGE, 3, 7);

    // Then
    assertThat(FaultSchedule.of(LARGE, 3, 7)).isEqualTo(events);
    assertThat(FaultSchedule.of(LARGE, 3, 8)).isNotEqualTo(events);
    assertThat(events)
        .isSortedAccordingTo((a, b) -> Double.compare(a.startSeconds(), b.startSeconds()));
  }

  @Test
  void shouldTakeWhatStandsTogether() {
    // Given
    FleetShape shape = new FleetShape(1000, 8, 4, 16);

    // When
    List<FaultEvent> events = FaultSchedule.of(shape, 3000, 3);

    // Then
    assertThat(events)
        .filteredOn(event -> event.scope() == FaultScope.SWITCH)
        .isNotEmpty()
        .allSatisfy(
            event -> {
              assertThat(event.firstNode() % 16).isZero();
              assertThat(event.nodes()).isBetween(8, 16);
              assertThat(event.holds(event.firstNode() + 1, 5, event.startSeconds())).isTrue();
              assertThat(event.holds(event.firstNode() + 16, 5, event.startSeconds())).isFalse();
            });
    assertThat(events)
        .filteredOn(event -> event.scope() == FaultScope.DEVICE)
        .allSatisfy(
            event -> {
              int other = (event.device() + 1) % 8;
              assertThat(event.holds(event.firstNode(), event.device(), event.startSeconds()))
                  .isTrue();
              assertThat(event.holds(event.firstNode(), other, event.startSeconds())).isFalse();
              assertThat(event.holds(event.firstNode(), event.device(), event.endSeconds()))
                  .isFalse();
            });
  }

  @Test
  void shouldGiveTheTextbookIntervals() {
    // Given: Garwood's table, 95 %
    PoissonInterval none = PoissonInterval.of(0);
    PoissonInterval ten = PoissonInterval.of(10);
    PoissonInterval thousand = PoissonInterval.of(1000);

    // Then
    assertThat(none.low()).isZero();
    assertThat(none.high()).isCloseTo(3.689, within(0.001));
    assertThat(ten.low()).isCloseTo(4.795, within(0.001));
    assertThat(ten.high()).isCloseTo(18.390, within(0.001));
    assertThat(thousand.low()).isCloseTo(938.97, within(0.05));
    assertThat(thousand.high()).isCloseTo(1063.95, within(0.05));
  }

  @Test
  void shouldBeSlowestInTheEarlyAfternoon() {
    // Given
    double night = 0;
    double noon = 0;

    // When
    for (int device = 0; device < 400; device++) {
      DeviceClimate climate = new DeviceClimate("n/" + device, 1);
      night += climate.speedAt(2 * 3600.0);
      noon += climate.speedAt(14 * 3600.0);
    }

    // Then: the published swing of 1 to 2 %, and what contention adds or takes
    assertThat(1 - noon / night).isBetween(0.005, 0.025);
    assertThat(new DeviceClimate("n/0", 1).speedAt(5))
        .isEqualTo(new DeviceClimate("n/0", 1).speedAt(5));
  }

  @Test
  void shouldRefuseShapesThatCannotBe() {
    assertThatThrownBy(() -> FleetShape.ofDevices(12))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("devices is 12")
        .hasMessageContaining("Maybe 16384");
    assertThatThrownBy(() -> FaultSchedule.of(LARGE, 0, 1))
        .hasMessageContaining("days is 0.0")
        .hasMessageContaining("Maybe 30");
  }
}
