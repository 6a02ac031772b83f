package dev.hejin.client.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalanceCommandTest {
  private static final String GOOD =
      "{\"weights\":[[8,1,1,2],[0,4,4,4]],\"num_replicas\":6,\"num_gpus\":3}";

  @TempDir private Path folder = Path.of("");
  private Path plan = Path.of("");

  @BeforeEach
  void setUp() {
    plan = folder.resolve("plan.json");
  }

  private Run balance(String text, Object... more) {
    Object[] all = new Object[more.length + 4];
    all[0] = "balance";
    all[1] = Run.file(folder, "case.json", text);
    all[2] = "-o";
    all[3] = plan;
    System.arraycopy(more, 0, all, 4, more.length);
    return Run.of(all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hejin", "heap-greedy", "static"})
  void shouldWritePlanThatReadsBack(String policy) {
    // Given a small case

    // When
    Run run = balance(GOOD, "--policy", policy, "--repeat", "3");

    // Then
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("balancedness", "upper bound", "gap", "moves", "fastest");
    StoredPlan read = PlanFile.read(plan);
    assertThat(read.deviceSlots()).containsExactly(2, 2, 2);
    assertThat(read.history()).isDeepEqualTo(new double[][][] {{{8, 1, 1, 2}, {0, 4, 4, 4}}});
    assertThat(read.replicaWeights()).isDeepEqualTo(read.evenShares());
  }

  @Test
  void shouldReachTheOptimumOfSmallCase() {
    // Given expert 0 with 8 of 12 tokens: halved, and expert 1 halved beside it, the slowest of
    // three devices takes 4.5 in place of 4; layer 1 levels

    // When
    Run run = balance(GOOD, "--output", "json");

    // Then
    assertThat(run.out()).contains("\"moves\" : 0", "\"solve_ms\"", "\"upper_bound\"");
    StoredPlan read = PlanFile.read(plan);
    assertThat(read.balancedness(read.evenShares())).isCloseTo((4 / 4.5 + 1) / 2, within(1e-9));
  }

  @Test
  void shouldUseSpeedsAndUnequalSlots() {
    // Given a device twice as fast with twice the slots
    String text = "{\"weights\":[[4,4,4]],\"slots\":[2,1],\"speeds\":[2,1],\"x\":{\"y\":[1]}}";

    // When
    Run run = balance(text);

    // Then
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("balancedness  1.00000");
  }

  @Test
  void shouldKeepGroupsOnNodesWithEachPolicy() {
    // Given two groups for two nodes, the second heavier
    String text =
        "{\"weights\":[[1,2,9,8]],\"num_replicas\":4,\"num_gpus\":4,\"num_groups\":2,"
            + "\"num_nodes\":2,\"policy\":\"hierarchical\"}";
    for (String policy : new String[] {"hejin", "heap-greedy", "static"}) {
      // When
      Run run = balance(text, "--policy", policy);

      // Then
      assertThat(run.exitCode()).as(run.err()).isZero();
      int[] row = PlanFile.read(plan).slotExpert()[0];
      assertThat(row[0] / 2).isEqualTo(row[1] / 2);
      assertThat(row[2] / 2).isEqualTo(row[3] / 2);
    }
  }

  @Test
  void shouldMoveNothingWhenNothingChanged() {
    // Given a plan in force
    balance(GOOD);
    Path old = folder.resolve("old.json");
    assertThat(plan.toFile().renameTo(old.toFile())).isTrue();

    // When
    Run run = balance(GOOD, "--previous", old);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("moves         0 of 12 replicas");
    assertThat(PlanFile.read(plan).history().length).isEqualTo(2);
  }

  @Test
  void shouldKeepToMaxMovesAndSevenWindows() {
    // Given a plan in force
    balance(GOOD);
    String turned = GOOD.replace("[8,1,1,2]", "[1,9,1,1]");
    for (int i = 0; i < 9; i++) {
      // When
      Run run = balance(turned, "--previous", plan, "--max-moves", "1", "--output", "json");

      // Then
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).containsPattern("\"moves\" : [01],");
    }
    assertThat(PlanFile.read(plan).history().length).isEqualTo(7);
  }

  @Test
  void shouldWriteComputedShares() {
    // Given loads that even shares cannot level
    String text = "{\"weights\":[[7,3,2]],\"num_replicas\":4,\"num_gpus\":2}";

    // When
    Run run = balance(text, "--split", "weighted");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    StoredPlan read = PlanFile.read(plan);
    assertThat(read.balancedness(read.replicaWeights())).isGreaterThan(0.999);
    assertThat(read.balancedness(read.evenShares())).isLessThan(0.97);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'weights':[[1,2,3]],'num_replicas':2,'num_gpus':2} | num_replicas = 2: fewer slots",
        "{'weights':[[1,2]],'num_replicas':6,'num_gpus':2} | slots[0] = 3: only 2 experts",
        "{'weights':[[1,NaN]],'num_replicas':2,'num_gpus':2} | weights[0][1] = NaN",
        "{'weights':[[1,1e999]],'num_replicas':2,'num_gpus':2} | weights[0][1] = Infinity",
        "{'weights':[[1,-2]],'num_replicas':2,'num_gpus':2} | weights[0][1] = -2.0",
        "{'weights':[[1,null]],'num_replicas':2,'num_gpus':2} | weights[0][1] = null",
        "{'weights':[1,2],'num_replicas':2,'num_gpus':2} | weights[0] = 1: not a list",
        "{'weights':[[0,0]],'num_replicas':2,'num_gpus':2} | weights = all 0",
        "{'weights':[[1,2],[1]],'num_replicas':2,'num_gpus':2} | weights[1].length = 1",
        "{'weights':[],'num_replicas':2,'num_gpus':2} | weights = []: no layers",
        "{'weights':[[]],'num_replicas':2,'num_gpus':2} | weights[0] = []: no experts",
        "{'num_replicas':2,'num_gpus':2} | weights = (absent)",
        "{'weights':[[1,2]],'num_gpus':2} | num_replicas = (absent)",
        "{'weights':[[1,2]],'num_replicas':2} | num_gpus = (absent)",
        "{'weights':[[1,2]],'num_replicas':2.5,'num_gpus':2} | num_replicas = 2.5",
        "{'weights':[[1,2]],'num_replicas':3,'num_gpus':2} | num_replicas = 3: does not divide",
        "{'weights':[[1,2]],'num_replicas':2,'num_gpus':0} | num_gpus = 0",
        "{'weights':[[1,2]],'num_replicas':2,'num_gpus':2000000000} | num_gpus = 2000000000",
        "{'weights':[[1,2]],'num_replicas':2,'num_gpus':2,'speeds':[1,0]} | speeds[1] = 0.0",
        "{'weights':[[1,2]],'num_replicas':2,'num_gpus':2,'speeds':[1]} | speeds.length = 1",
        "{'weights':[[1,2]],'num_gpus':2,'slots':[1]} | slots.length = 1",
        "{'weights':[[1,2]],'num_gpus':2,'slots':[2,0]} | slots[1] = 0",
        "{'weights':[[1,2]],'num_replicas':3,'num_gpus':2,'slots':[1,1]} | num_replicas = 3: slots",
        "{'weights':[[1,2]],'num_replicas':2,'num_gpus':2,'policy':'best'} | policy = best",
        "{'weights':[[1,2]],'num_replicas':2,'num_gpus':2,'num_layers':2} | num_layers = 2",
        "{'weights':[[1,2,3]],'num_replicas':4,'num_gpus':2,'num_groups':2,'num_nodes':2,"
            + "'policy':'hierarchical'} | num_groups = 2: does not divide 3 experts",
        "{'weights':[[1,2,3]],'num_replicas':4,'num_gpus':2,'num_groups':0} | num_groups = 0",
        "{'weights':[[1,2 | no valid JSON",
        "{'weights':[[1,2]]} {} | text after",
        "[1] | no JSON object",
      },
      quoteCharacter = '"')
  void shouldRefuseBadCase(String text, String message) {
    // Given a case with one fault
    String json = text.replace('\'', '"');

    // When
    Run run = balance(json);

    // Then
    assertThat(run.err()).contains("case.json: ").contains(message).contains("\nMaybe ");
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(plan).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--repeat,0",
    "--repeat,-1",
    "--max-moves,3",
    "--policy,best",
    "--split,odd",
    "--previous,/nowhere/plan.json"
  })
  void shouldRefuseBadOption(String name, String value) {
    // Given a good case

    // When
    Run run = balance(GOOD, name, value);

    // Then
    assertThat(run.err()).contains(value).contains("Maybe ");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void shouldRefuseWhatPoliciesForComparisonLack() {
    // Given a plan in force
    balance(GOOD);

    // When
    Run shares = balance(GOOD, "--policy", "static", "--split", "weighted");
    Run moves = balance(GOOD, "--policy", "heap-greedy", "--previous", plan, "--max-moves", "1");

    // Then
    assertThat(shares.err()).contains("--split = weighted: static shares evenly");
    assertThat(moves.err()).contains("--max-moves = 1: heap-greedy plans from scratch");
    assertThat(shares.exitCode()).isEqualTo(2);
    assertThat(moves.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'weights':[[8,1,1,2]],'num_replicas':6,'num_gpus':3} | previous.length = 2",
        "{'weights':[[8,1,1,2],[0,4,4,4]],'num_replicas':8,'num_gpus':4} | previous[0].length = 6",
        "{'weights':[[8,1,1,2],[0,4,4,4]],'slots':[3,2,1]} | device_slots = [2, 2, 2]",
        "{'weights':[[8,1,1],[0,4,4]],'num_replicas':6,'num_gpus':3} | = 3: experts are 0 to 2",
        "{'weights':[[8,1,1,2,1],[0,4,4,4,1]],'num_replicas':6,'num_gpus':3} | .length = 4",
      },
      quoteCharacter = '"')
  void shouldRefusePreviousPlanOfAnotherShape(String text, String message) {
    // Given a plan in force for another case
    balance(GOOD);
    Path old = folder.resolve("old.json");
    assertThat(plan.toFile().renameTo(old.toFile())).isTrue();

    // When
    Run run = balance(text.replace('\'', '"'), "--previous", old);

    // Then
    assertThat(run.err()).contains(message).contains("\nMaybe ");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void shouldRefuseHugeFile() throws IOException {
    // Given 200 MB that begin like a case
    Path huge = folder.resolve("huge.json");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.writeBytes("{\"weights\":[[1,2]],\"note\":\"");
      file.setLength(200_000_000);
    }
    byte[] blanks = new byte[40_000_000];
    Arrays.fill(blanks, (byte) ' ');
    blanks[0] = '{';
    Path blank = Files.write(folder.resolve("blank.json"), blanks);

    // When
    Run first = Run.of("balance", huge, "-o", plan);
    Run second = Run.of("balance", blank, "-o", plan);

    // Then
    assertThat(first.exitCode()).isEqualTo(2);
    assertThat(first.err()).contains("huge.json: ").contains("\nMaybe ");
    assertThat(second.exitCode()).isEqualTo(2);
    assertThat(second.err()).contains("blank.json: size over 33554432 bytes").contains("\nMaybe ");
  }

  @Test
  void shouldSayWhereItCannotWrite() {
    // Given
    Path nowhere = folder.resolve("missing").resolve("plan.json");

    // When
    Run run = Run.of("balance", Run.file(folder, "case.json", GOOD), "-o", nowhere);

    // Then
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("cannot be written").contains("\nMaybe ");
  }
}
