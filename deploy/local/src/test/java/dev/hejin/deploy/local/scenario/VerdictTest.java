package dev.hejin.deploy.local.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.catalog.scenario.CheckLimits;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private final Reports report = new Reports();

  @Test
  void shouldPassGoodRun() {
    assertThat(failed()).isEmpty();
  }

  @Test
  void shouldFailOnLowThroughput() {
    report.achieved = 890;
    report.judge = 890;

    assertThat(failed()).containsExactly("at least 90 % of a fresh plan with full knowledge");
  }

  @Test
  void shouldFailWhenPlannedChangeLeavesExpertUnserved() {
    report.unserved = 1;

    assertThat(failed()).containsExactly("planned changes leave nothing unserved");
  }

  @Test
  void shouldForgiveGapAfterLossOfNode() {
    report.unserved = 40;
    report.planned = false;

    assertThat(failed()).isEmpty();
  }

  @Test
  void shouldFailWhenNothingIsServedInTheEnd() {
    report.achieved = 0;

    assertThat(failed()).contains("after every event all is served again");
  }

  @Test
  void shouldFailOnViolation() {
    report.violations = List.of("a/0 uses 101 of 100 bytes");

    assertThat(failed())
        .containsExactly("memory is never exceeded and routes name loaded weights only");
  }

  @Test
  void shouldFailWhenSchedulerHadToBeAsked() {
    report.reaction = EventReport.Reaction.ASKED;

    assertThat(failed()).hasSize(1).first().asString().startsWith("the scheduler reacts");
  }

  @Test
  void shouldFailWhenPlanIsStuck() {
    report.reaction = EventReport.Reaction.STUCK;

    assertThat(failed()).containsExactly("every new plan came into force");
  }

  @Test
  void shouldFailWhenJudgeIsWrong() {
    report.judge = 900;

    assertThat(failed()).containsExactly("the judge's own world agrees with what is seen");
  }

  @Test
  void shouldHoldLimitsOfScenario() {
    report.limits = new CheckLimits(1.05, 0.9, 3);

    assertThat(failed()).containsExactly("limits of 'event'");
    report.limits = new CheckLimits(1.3, 0.9, 5);
    assertThat(failed()).isEmpty();
  }

  @Test
  void shouldFailOnBlindJudgeDeadProcessesAndSchedulersOwnViolations() {
    List<EventReport> reports = List.of(report.build("event"));

    assertThat(Verdict.of(reports, 10, 0, List.of())).anyMatch(check -> !check.passed());
    assertThat(Verdict.of(reports, 0, 1, List.of())).anyMatch(check -> !check.passed());
    assertThat(Verdict.of(reports, 0, 0, List.of("agents has ended; see x")))
        .anyMatch(check -> !check.passed());
    assertThat(Verdict.of(List.of(), 0, 0, List.of())).anyMatch(check -> !check.passed());
  }

  @Test
  void shouldSeeTheRecordedNodeAndWantItLeftAlone() {
    // Given
    List<DeviceStatus> devices =
        IntStream.range(0, Verdict.VENDORS)
            .mapToObj(i -> DeviceStatus.newBuilder().setNodeId("box").setTemperatureCelsius(40))
            .map(DeviceStatus.Builder::build)
            .toList();
    List<DeviceStatus> vendors =
        IntStream.range(0, Verdict.VENDORS)
            .mapToObj(i -> of(devices.get(i), "vendor " + i))
            .toList();
    List<DeviceStatus> used = new ArrayList<>(vendors);
    used.set(3, used.get(3).toBuilder().setShardCount(1).build());

    // When / Then
    assertThat(Verdict.recordedNode(vendors, "box").passed()).isTrue();
    assertThat(Verdict.recordedNode(devices, "box").passed()).as("one vendor").isFalse();
    assertThat(Verdict.recordedNode(used, "box").passed()).as("in use").isFalse();
    assertThat(Verdict.recordedNode(vendors, "other").passed()).as("not there").isFalse();
  }

  private static DeviceStatus of(DeviceStatus device, String vendor) {
    DeviceStatus.Builder named = device.toBuilder();
    named.getCapabilityBuilder().setVendor(vendor);
    return named.build();
  }

  private List<String> failed() {
    return Verdict.of(List.of(report.build("event")), 0, 0, List.of()).stream()
        .filter(check -> !check.passed())
        .map(Check::name)
        .toList();
  }
}
