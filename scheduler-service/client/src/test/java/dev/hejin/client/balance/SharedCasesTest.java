package dev.hejin.client.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.planfile.PlanFile;
import dev.hejin.client.planfile.StoredPlan;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.PlacementVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All cases of the folders in {@code hejin.cases}, a path list; skipped when it is not set. */
class SharedCasesTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void shouldPlanEveryCaseValidly() throws IOException {
    // Given
    String folders = System.getProperty("hejin.cases", System.getenv("HEJIN_CASES"));
    Assumptions.assumeTrue(folders != null && !folders.isBlank(), "hejin.cases is not set");
    for (String name : folders.split(":")) {
      List<Path> cases;
      try (Stream<Path> files = Files.list(Path.of(name))) {
        cases =
            files
                .filter(f -> f.toString().endsWith(".json") && !f.endsWith("readme.json"))
                .sorted()
                .toList();
      }
      assertThat(cases).isNotEmpty();
      for (Path file : cases) {
        // When
        Path plan = folder.resolve("plan.json");
        Run run = Run.of("balance", file, "-o", plan);

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(violations(file, PlanFile.read(plan))).as("%s", file).isEmpty();
      }
    }
  }

  /** Judges what is on disk, not what was in memory. */
  private static List<String> violations(Path file, StoredPlan plan) {
    CaseFile given = CaseFile.read(file);
    BalanceProblem.Builder problem =
        BalanceProblem.builder(given.weights(), given.slots()).speeds(given.speeds());
    if (given.nodes() > 1) {
      problem.hierarchy(given.groups(), given.nodes());
    }
    int layers = given.weights().length;
    double[] seconds = new double[layers];
    double[] ideal = new double[layers];
    double speed = Arrays.stream(given.speeds()).sum();
    for (int l = 0; l < layers; l++) {
      seconds[l] = plan.slowest(l, given.weights()[l], plan.replicaWeights()[l]);
      ideal[l] = Arrays.stream(given.weights()[l]).sum() / speed;
    }
    BalanceResult result =
        new BalanceResult(
            plan.slotExpert(),
            plan.counts(),
            plan.replicaWeights(),
            seconds,
            ideal,
            new double[layers],
            plan.balancedness(plan.replicaWeights()),
            1,
            0);
    return new PlacementVerifier(problem.build()).violations(result);
  }
}
