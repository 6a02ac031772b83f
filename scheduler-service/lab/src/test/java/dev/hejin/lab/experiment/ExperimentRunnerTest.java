package dev.hejin.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.lab.report.ResultFile;
import dev.hejin.lab.trial.Measure;
import dev.hejin.lab.trial.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentRunnerTest {
  private static final Progress QUIET = (done, all, arm, result, takenOver) -> {};

  @TempDir private Path folder = Path.of("");

  private Outcome run(Simulator world, ExperimentPlan plan, int threads, boolean resume)
      throws IOException {
    try (Journal journal = Journal.open(folder.resolve("j.jsonl"), resume)) {
      return new ExperimentRunner(world, journal, QUIET, new Interruption(), threads).run(plan);
    }
  }

  @Test
  void shouldGiveTheSameBytesWhateverTheNumberOfThreads() throws IOException {
    // Given
    ExperimentPlan plan = FakeWorld.plan(6, 0, 30, Double.NaN);

    // When
    String one = ResultFile.text(run(new FakeWorld(), plan, 1, false));
    String four = ResultFile.text(run(new FakeWorld(), plan, 4, false));

    // Then
    assertThat(four).isEqualTo(one);
  }

  @Test
  void shouldMeetEveryArmWithTheSameSeedsAndEachReplicationWithItsOwn() throws IOException {
    // Given
    TreeSet<Long> seeds = new TreeSet<>();
    List<Long> calls = new ArrayList<>();
    Simulator world =
        (variant, seed) -> {
          synchronized (calls) {
            seeds.add(seed);
            calls.add(seed);
          }
          return new FakeWorld().run(variant, seed);
        };

    // When
    run(world, FakeWorld.plan(8, 0, 1, 2), 2, false);

    // Then
    assertThat(seeds).hasSize(8).contains(5L);
    assertThat(calls).hasSize(24);
    seeds.forEach(seed -> assertThat(calls.stream().filter(seed::equals)).hasSize(3));
  }

  @Test
  void shouldReportAPolicyThatThrowsAndGoOnWithTheOthers() throws IOException {
    // When
    Outcome outcome = run(new FakeWorld(), FakeWorld.plan(3, 0, Double.NaN), 2, false);

    // Then
    assertThat(outcome.failures(1)).containsExactly("IllegalStateException: no device fits");
    assertThat(outcome.values(0, Measure.THROUGHPUT)).hasSize(3);
    assertThat(outcome.values(1, Measure.THROUGHPUT)).isEmpty();
    assertThat(outcome.isPartial()).isFalse();
  }

  @Test
  void shouldKeepWhatWasFinishedWhenInterruptedAndEndInTheSameBytesWhenResumed()
      throws IOException {
    // Given: the run is interrupted after five trials
    ExperimentPlan plan = FakeWorld.plan(4, 0, 30, 60);
    Interruption interruption = new Interruption();
    Progress stopping =
        (done, all, arm, result, takenOver) -> {
          if (done == 5) {
            interruption.request();
          }
        };
    Outcome partial;
    try (Journal journal = Journal.open(folder.resolve("j.jsonl"), false)) {
      partial = new ExperimentRunner(new FakeWorld(), journal, stopping, interruption, 1).run(plan);
    }
    FakeWorld rest = new FakeWorld();

    // When
    Outcome resumed = run(rest, plan, 2, true);

    // Then
    assertThat(partial.isPartial()).isTrue();
    assertThat(partial.finished()).isEqualTo(5);
    assertThat(ResultFile.text(partial)).contains("\"partial\" : true");
    assertThat(rest.runs()).isEqualTo(7);
    String whole = ResultFile.text(run(new FakeWorld(), plan, 1, false));
    assertThat(ResultFile.text(resumed)).isEqualTo(whole);
  }

  @Test
  void shouldNotWaitForTrialsThatDoNotEndWhenInterrupted() throws IOException {
    // Given
    Interruption interruption = new Interruption();
    CountDownLatch never = new CountDownLatch(1);
    Simulator stuck =
        (variant, seed) -> {
          interruption.request();
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new IllegalStateException("interrupted");
        };

    // When
    Outcome outcome;
    try (Journal journal = Journal.open(folder.resolve("j.jsonl"), false)) {
      outcome =
          new ExperimentRunner(stuck, journal, QUIET, interruption, 1).run(FakeWorld.plan(2, 0));
    }

    // Then
    assertThat(outcome.finished()).isZero();
    assertThat(outcome.isPartial()).isTrue();
  }

  @Test
  void shouldRunATrialAgainWhoseLineWasCutShort() throws IOException {
    // Given
    ExperimentPlan plan = FakeWorld.plan(2, 0, 1);
    run(new FakeWorld(), plan, 1, false);
    Path file = folder.resolve("j.jsonl");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() - 40));
    FakeWorld world = new FakeWorld();

    // When
    Outcome outcome = run(world, plan, 1, true);

    // Then
    assertThat(world.runs()).isEqualTo(1);
    assertThat(outcome.isPartial()).isFalse();
    assertThat(Files.readAllLines(file)).hasSize(4);
  }

  @Test
  void shouldNotTakeOverResultsUnderOtherInputFiles() throws IOException {
    // Given
    ExperimentPlan plan = FakeWorld.plan(1, 0);
    run(new FakeWorld(), plan, 1, false);
    Arm arm = plan.arms().getFirst();
    Arm changed = new Arm(arm.point(), arm.label(), arm.variant(), arm.speedBlind(), "changed");
    ExperimentPlan otherInputs =
        new ExperimentPlan(
            plan.scenario(), plan.story(), plan.text(), List.of(), "test", 5, 1, List.of(changed));
    FakeWorld world = new FakeWorld();

    // When
    run(world, otherInputs, 1, true);

    // Then
    assertThat(world.runs()).isEqualTo(1);
  }

  @Test
  void shouldNotTakeOverResultsOfAnotherVersionSeedOrSetting() throws IOException {
    // Given
    ExperimentPlan plan = FakeWorld.plan(1, 0);
    run(new FakeWorld(), plan, 1, false);
    ExperimentPlan otherCode =
        new ExperimentPlan(
            plan.scenario(), plan.story(), plan.text(), List.of(), "next", 5, 1, plan.arms());
    ExperimentPlan otherSeed =
        new ExperimentPlan(
            plan.scenario(), plan.story(), plan.text(), List.of(), "test", 6, 1, plan.arms());
    FakeWorld world = new FakeWorld();

    // When
    run(world, plan, 1, true);
    run(world, otherCode, 1, true);
    run(world, otherSeed, 1, true);
    run(world, FakeWorld.plan(1, 0.5), 1, true);

    // Then
    assertThat(world.runs()).isEqualTo(3);
  }

  @Test
  void shouldRefuseNoReplicationAndTwoArmsOfOneName() {
    ExperimentPlan plan = FakeWorld.plan(1, 0);
    Arm arm = plan.arms().getFirst();
    assertThatThrownBy(() -> FakeWorld.plan(0, 0))
        .hasMessageContaining("replications = 0")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(
            () -> new ExperimentPlan("s", "s", "t", List.of(), "v", 1, 1, List.of(arm, arm)))
        .hasMessageContaining("variant = v0: there are two");
  }
}
