package dev.hejin.deploy.local.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.catalog.scenario.Scenario;
import dev.hejin.catalog.scenario.ScenarioEvent;
import dev.hejin.catalog.scenario.ScenarioFiles;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenarioRunnerTest {
  private final FakeStage stage = new FakeStage();
  private final List<String> progress = new ArrayList<>();

  @Test
  void shouldPlayEveryEventInOrder() throws InterruptedException {
    Scenario scenario = ScenarioFiles.load("default");

    List<EventReport> reports = run(Timing.FAST, scenario);

    assertThat(stage.applied).isEqualTo(scenario.events());
    assertThat(reports).hasSize(1 + scenario.events().size());
    assertThat(reports.getFirst().reaction()).isEqualTo(EventReport.Reaction.STEADY);
    assertThat(reports)
        .filteredOn(r -> !r.isPlanned())
        .extracting(EventReport::title)
        .containsExactly("mthreads-0 is killed");
    assertThat(progress).contains("event: load shifts").anyMatch(l -> l.contains("95.0 %"));
  }

  @Test
  void shouldMeasureAdoptionAndActivation() throws InterruptedException {
    EventReport report = run(Timing.FAST, ScenarioFiles.load("default")).get(1);

    assertThat(report.reaction()).isEqualTo(EventReport.Reaction.ADOPTED);
    assertThat(report.adoptedSeconds()).isCloseTo(2, within(0.2));
    assertThat(report.activeSeconds()).isCloseTo(3, within(0.2));
    assertThat(report.epochs()).isOne();
    assertThat(report.movedBytes()).isEqualTo(1L << 30);
    assertThat(report.experts().policy()).isEqualTo("hejin");
    assertThat(report.experts().balancedness()).isEqualTo(0.998);
    assertThat(report.shareOfFresh()).isCloseTo(0.95, within(1e-9));
  }

  @Test
  void shouldAskSchedulerThatDoesNotReact() throws InterruptedException {
    stage.adoptsAfterSeconds = Double.POSITIVE_INFINITY;

    EventReport report = run(Timing.FAST, ScenarioFiles.load("default")).get(1);

    assertThat(report.reaction()).isEqualTo(EventReport.Reaction.KEPT);
    assertThat(report.reason()).isEqualTo("a new plan gains 0.4 %");
    assertThat(report.adoptedSeconds()).isNaN();
  }

  @Test
  void shouldTellThatSchedulerHadToBeAsked() throws InterruptedException {
    stage.adoptsAfterSeconds = Double.POSITIVE_INFINITY;
    stage.adoptsWhenAsked = true;

    EventReport report = run(Timing.FAST, ScenarioFiles.load("default")).get(1);

    assertThat(report.reaction()).isEqualTo(EventReport.Reaction.ASKED);
  }

  @Test
  void shouldNotBlameSchedulerWhosePlanIsGoodEnough() throws InterruptedException {
    stage.adoptsAfterSeconds = Double.POSITIVE_INFINITY;
    stage.adoptsWhenAsked = true;
    stage.achieved = 980;
    long begin = stage.nanos();

    EventReport report = run(Timing.FAST, ScenarioFiles.load("default")).get(1);

    assertThat(report.reaction()).isEqualTo(EventReport.Reaction.REFINED);
    assertThat((stage.nanos() - begin) / 1e9).isLessThan(120);
  }

  @Test
  void shouldTellThatPlanDoesNotComeIntoForce() throws InterruptedException {
    stage.activeAfterSeconds = Double.POSITIVE_INFINITY;

    EventReport report = run(Timing.FAST, ScenarioFiles.load("default")).get(1);

    assertThat(report.reaction()).isEqualTo(EventReport.Reaction.STUCK);
    assertThat(report.activeSeconds()).isNaN();
  }

  @Test
  void shouldWaitOutSettlingForPeopleWhoWatch() throws InterruptedException {
    ScenarioEvent first = ScenarioFiles.load("default").events().getFirst();
    long begin = stage.nanos();

    run(Timing.SLOW, ScenarioFiles.load("default"));

    assertThat((stage.nanos() - begin) / 1e9)
        .isGreaterThan(
            ScenarioFiles.load("default").events().stream()
                .mapToDouble(ScenarioEvent::settleSeconds)
                .sum());
    assertThat(stage.applied.getFirst()).isEqualTo(first);
  }

  private List<EventReport> run(Timing timing, Scenario scenario) throws InterruptedException {
    return new ScenarioRunner(stage, stage, timing, progress::add).run(scenario);
  }
}
