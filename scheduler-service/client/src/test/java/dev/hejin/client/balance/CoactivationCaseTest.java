package dev.hejin.client.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Experts used together, in a case file. */
class CoactivationCaseTest {
  @TempDir private Path folder = Path.of("");

  private Run balance(String pairs, Object... more) {
    Object[] all = new Object[more.length + 4];
    all[0] = "balance";
    all[1] =
        Run.file(
            folder,
            "case.json",
            "{\"weights\":[[5,5,5,5],[6,6,6,6]],\"num_replicas\":4,\"num_gpus\":4,\"num_nodes\":2,"
                + "\"coactivation\":"
                + pairs
                + "}");
    all[2] = "-o";
    all[3] = folder.resolve("plan.json");
    System.arraycopy(more, 0, all, 4, more.length);
    return Run.of(all);
  }

  @Test
  void shouldReportTrafficBeforeAndAfter() throws IOException {
    // Given partners in one layer and from one layer to the next
    String pairs = "[[0,0,0,2,70],[0,3,0,1,30],[0,0,1,3,50]]";

    // When
    Run run = balance(pairs);

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("across nodes  0 tokens,", "balancedness  1.00000");
    assertThat(Files.readString(folder.resolve("plan.json")))
        .containsPattern("\"cross_node_traffic\":\\{\"before\":\\d+\\.0,\"after\":0\\.0\\}");
  }

  @Test
  void shouldReportTrafficOfOtherPolicies() {
    // Given a policy that does not seek less

    // When
    Run run = balance("[[0,0,0,3,70]]", "--policy", "static");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("across nodes  70 tokens, 70 before");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[[0,0,0,2]];coactivation[0] = [0.0, 0.0, 0.0, 2.0]: not [layer",
        "[[0,0,0,2,1],[0,0,0,1.5,1]];coactivation[1][3] = 1.5: not a whole number",
        "[[2,0,2,1,1]];coactivation layer = 2: not from 0 to 1",
        "[[0,4,0,1,1]];coactivation expert = 4: not from 0 to 3",
        "[[0,1,0,1,1]];an expert with itself",
        "[[1,1,0,2,1]];neither one layer nor successive layers",
        "[[0,1,0,2,-1]];coactivation tokens = -1.0",
        "[[0,1,0,2,NaN]];coactivation tokens = NaN",
        "7;coactivation = 7: not a list",
      })
  void shouldRefuseBadPairs(String pairs, String message) {
    // Given pairs with one fault

    // When
    Run run = balance(pairs);

    // Then
    assertThat(run.err()).contains("case.json: ").contains(message).contains("\nMaybe ");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("plan.json")).doesNotExist();
  }

  @Test
  void shouldRefuseNodesThatDoNotDivide() {
    // Given three nodes for four devices
    Path given =
        Run.file(
            folder,
            "odd.json",
            "{\"weights\":[[5,5,5,5]],\"num_replicas\":4,\"num_gpus\":4,\"num_nodes\":3,"
                + "\"coactivation\":[]}");

    // When
    Run run = Run.of("balance", given, "-o", folder.resolve("plan.json"));

    // Then
    assertThat(run.err()).contains("odd.json: num_nodes = 3").contains("\nMaybe ");
    assertThat(run.exitCode()).isEqualTo(2);
  }
}
