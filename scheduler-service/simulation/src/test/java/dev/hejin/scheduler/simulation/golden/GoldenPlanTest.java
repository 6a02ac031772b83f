package dev.hejin.scheduler.simulation.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import dev.hejin.scheduler.planner.ServicePlanner;
import dev.hejin.scheduler.planner.StepBudget;
import dev.hejin.scheduler.planner.TensorFallback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans of a dozen pools and models as readable files. {@code -Dhejin.golden.rewrite=true} writes
 * them anew; the comments at their top, which say why the plan is right, stay: read them against
 * the difference.
 */
class GoldenPlanTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  static Stream<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldPlanAsTheFileSays(String name) throws IOException {
    // Given
    Path folder = FOLDER.resolve(name);
    GoldenCase golden = GoldenCase.read(folder);
    Path file = folder.resolve("out-plan.yaml");
    List<String> before = Files.exists(file) ? Files.readAllLines(file) : List.of("# why: ?");
    List<String> comment = before.stream().filter(line -> line.startsWith("#")).toList();
    List<String> expected = before.stream().filter(line -> !line.startsWith("#")).toList();
    // When
    List<String> picture = picture(golden);
    // Then
    if (Boolean.getBoolean("hejin.golden.rewrite")) {
      List<String> all = new ArrayList<>(comment);
      all.addAll(picture);
      Files.write(file, all);
    } else {
      assertThat(picture).isEqualTo(expected);
    }
  }

  private static List<String> picture(GoldenCase golden) {
    PlanRequest request = golden.request();
    if (!golden.lost().isEmpty()) {
      return afterLoss(golden, request);
    }
    if (golden.several()) {
      if (golden.divides()) {
        return picture(
            TensorFallback.plan(request, golden.goal(), StepBudget.unlimited()), request.pool());
      }
      return picture(
          new ServicePlanner().plan(request, golden.goal(), StepBudget.unlimited()),
          request.pool());
    }
    return switch (new Planner().plan(request)) {
      case PlanResult.Feasible feasible ->
          PlanPicture.of(ServicePlanner.service(request, feasible.plan()), request.pool());
      case PlanResult.Infeasible infeasible -> PlanPicture.of(infeasible);
    };
  }

  private static List<String> afterLoss(GoldenCase golden, PlanRequest request) {
    ServicePlanner planner = new ServicePlanner();
    ServicePlan before = ((ServicePlanner.Result.Feasible) planner.plan(request)).plan();
    Pool left =
        new Pool(
            request.pool().nodes().stream()
                .filter(node -> !node.id().equals(golden.lost()))
                .toList(),
            request.pool().speedFactors());
    PlanRequest after =
        new PlanRequest(
            request.model(), left, request.workload(), request.load(), request.options(), null);
    List<String> lines = new ArrayList<>();
    lines.add("before: " + before.pipelines().size() + " pipelines");
    lines.addAll(picture(planner.replan(after, before), left));
    return lines;
  }

  private static List<String> picture(ServicePlanner.Result result, Pool pool) {
    return switch (result) {
      case ServicePlanner.Result.Feasible feasible -> PlanPicture.of(feasible.plan(), pool);
      case ServicePlanner.Result.Infeasible infeasible -> PlanPicture.of(infeasible.why());
    };
  }
}
