package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every layout of a few nodes, built in full: each division of nodes into pipelines, each order and
 * merging of a pipeline's nodes into stages of one type, each division of layers, sequences in
 * eighths. None exceeds the bound; the planner's plan is as good as the best but for a little.
 */
class ExhaustivePlanTest {
  private static final ModelSpec MODEL = Models.smallMoe(5, 16, 2);
  private static final ExpertLoad LOAD = Loads.skewed(MODEL, 0.5, 1);
  private static final int PARTS = 8;

  private final TreeMap<String, Double> best = new TreeMap<>();

  @ParameterizedTest
  @CsvSource({
    "2, 1, 1024, 8",
    "1, 2, 4096, 8",
    "2, 2, 512, 4",
    "3, 0, 2048, 8",
    "0, 3, 64, 2",
    "1, 1, 16, 8"
  })
  void shouldFindTheBestLayoutOrStateTheGap(int h20, int ascend, int sequences, int perNode) {
    // Given
    PlanRequest request = request(h20, ascend, sequences, perNode);
    double most = exhaustive(request);
    // When
    ServicePlanner.Result result = new ServicePlanner().plan(request);
    // Then
    ServicePlan plan = ((ServicePlanner.Result.Feasible) result).plan();
    assertThat(most).isLessThanOrEqualTo(plan.boundTokensPerSecond() * (1 + 1e-9));
    assertThat(plan.tokensPerSecond()).isGreaterThanOrEqualTo(0.93 * most);
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 64, 4, false", "1, 1, 16, 8, true", "2, 1, 8, 2, true", "0, 2, 512, 4, false"})
  void shouldFindTheBestTensorParallelLayoutOrStateTheGap(
      int h20, int ascend, int sequences, int perNode, boolean pays) {
    // Given
    PlanRequest whole = request(h20, ascend, sequences, perNode);
    double most = exhaustive(whole.with(PlanOptions.DEFAULT.withMostTensorParallel(8)));
    best.clear();
    double mostWhole = exhaustive(whole);
    // When
    ServicePlanner.Result result =
        new ServicePlanner().plan(whole.with(PlanOptions.DEFAULT.withMostTensorParallel(8)));
    // Then
    ServicePlan plan = ((ServicePlanner.Result.Feasible) result).plan();
    assertThat(most > mostWhole).isEqualTo(pays);
    assertThat(most).isLessThanOrEqualTo(plan.boundTokensPerSecond() * (1 + 1e-9));
    assertThat(plan.tokensPerSecond()).isGreaterThanOrEqualTo(0.93 * most);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 0.3", "2, 2, 0.5", "1, 3, 0.15", "4, 0, 0.7"})
  void shouldMeetADemandWithTheFewestDevicesOrStateTheGap(int h20, int ascend, double part) {
    // Given: nodes of two devices, of which layouts use all
    double demand = 0;
    int fewest = Integer.MAX_VALUE;
    for (int pass = 0; pass < 2; pass++) {
      for (int a = 0; a <= h20; a++) {
        for (int b = 0; b <= ascend; b++) {
          double reached = a + b == 0 ? 0 : atMost(request(a, b, 512, 2));
          if (pass == 0) {
            demand = Math.max(demand, part * reached);
          } else if (reached >= demand) {
            fewest = Math.min(fewest, 2 * (a + b));
          }
        }
      }
    }
    ServiceGoal goal =
        new ServiceGoal(
            ServiceGoal.Objective.DEVICES,
            demand,
            Double.POSITIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            ServiceGoal.Roles.TOGETHER,
            null);
    // When
    ServicePlanner.Result result =
        new ServicePlanner().plan(request(h20, ascend, 512, 2), goal, StepBudget.unlimited());
    // Then
    ServicePlan plan = ((ServicePlanner.Result.Feasible) result).plan();
    assertThat(plan.outcome().bound()).isLessThanOrEqualTo(Math.min(fewest, plan.devices()));
    assertThat(plan.devices()).isLessThanOrEqualTo(fewest);
  }

  /** Most tokens a second with at most the sequences of the workload, in eighths. */
  private double atMost(PlanRequest request) {
    double reached = 0;
    for (int eighths = 1; eighths <= PARTS; eighths++) {
      int sequences = request.workload().batchTokens() * eighths / PARTS;
      reached =
          Math.max(
              reached,
              exhaustive(
                  new PlanRequest(
                      MODEL,
                      request.pool(),
                      new Workload(sequences, 1024),
                      LOAD,
                      PlanOptions.DEFAULT,
                      null)));
    }
    return reached;
  }

  private static PlanRequest request(int h20, int ascend, int sequences, int perNode) {
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < h20; n++) {
      nodes.add(Pools.node("h20-" + n, Pools.H20, perNode));
    }
    for (int n = 0; n < ascend; n++) {
      nodes.add(Pools.node("ascend-" + n, Pools.ASCEND, perNode));
    }
    return new PlanRequest(
        MODEL, Pool.of(nodes), new Workload(sequences, 1024), LOAD, PlanOptions.DEFAULT, null);
  }

  private double exhaustive(PlanRequest request) {
    PlanningContext context = PlanningContext.of(request);
    List<List<Member>> nodes = new ArrayList<>();
    List<Inventory.Group> groups = new ArrayList<>();
    Inventory inventory = Inventory.of(request, context.assumptions());
    for (Inventory.Group group : inventory.groups()) {
      for (List<Member> node : group.nodes()) {
        nodes.add(node);
        groups.add(group);
      }
    }
    return divide(context, nodes, groups, new int[nodes.size()], 0, 0);
  }

  /** Every division of the nodes into at most that many pipelines; unused nodes are in none. */
  private double divide(
      PlanningContext context,
      List<List<Member>> nodes,
      List<Inventory.Group> groups,
      int[] of,
      int node,
      int pipelines) {
    if (node == of.length) {
      return pipelines == 0 ? 0 : shared(context, nodes, groups, of, 1, pipelines, PARTS);
    }
    double most = 0;
    for (int pipeline = 0; pipeline <= pipelines + 1; pipeline++) {
      of[node] = pipeline;
      most =
          Math.max(
              most, divide(context, nodes, groups, of, node + 1, Math.max(pipelines, pipeline)));
    }
    return most;
  }

  private double shared(
      PlanningContext context,
      List<List<Member>> nodes,
      List<Inventory.Group> groups,
      int[] of,
      int pipeline,
      int pipelines,
      int parts) {
    List<Integer> mine = new ArrayList<>();
    for (int n = 0; n < of.length; n++) {
      if (of[n] == pipeline) {
        mine.add(n);
      }
    }
    int batch = context.batchTokens();
    if (pipeline == pipelines) {
      return parts == 0 ? 0 : one(context, nodes, groups, mine, batch * parts / PARTS);
    }
    double most = 0;
    for (int its = 1; its < parts; its++) {
      double rest = shared(context, nodes, groups, of, pipeline + 1, pipelines, parts - its);
      double here = one(context, nodes, groups, mine, batch * its / PARTS);
      if (rest > 0 && here > 0) {
        most = Math.max(most, rest + here);
      }
    }
    return most;
  }

  private double one(
      PlanningContext context,
      List<List<Member>> nodes,
      List<Inventory.Group> groups,
      List<Integer> mine,
      int sequences) {
    if (sequences < 1) {
      return 0;
    }
    String key = mine + "|" + sequences + "|" + nodes.hashCode();
    Double known = best.get(key);
    if (known == null) {
      PlanningContext own = context.withWorkload(new Workload(sequences, 1024));
      known = stages(own, nodes, groups, mine, new ArrayList<>());
      best.put(key, known);
    }
    return known;
  }

  /** Every order of sets of nodes of one type. */
  private static double stages(
      PlanningContext context,
      List<List<Member>> nodes,
      List<Inventory.Group> groups,
      List<Integer> left,
      List<DeviceSet> stages) {
    if (left.isEmpty()) {
      return stages.size() > context.layers() ? 0 : layers(context, stages, new int[0]);
    }
    double most = 0;
    for (int subset = 1; subset < 1 << left.size(); subset++) {
      List<Integer> rest = new ArrayList<>();
      List<Member> members = new ArrayList<>();
      Inventory.Group group = null;
      boolean alike = true;
      for (int i = 0; i < left.size(); i++) {
        if ((subset >> i & 1) == 0) {
          rest.add(left.get(i));
        } else {
          alike &= group == null || group == groups.get(left.get(i));
          group = groups.get(left.get(i));
          members.addAll(nodes.get(left.get(i)));
        }
      }
      if (alike && group != null) {
        int divided = context.request().options().mostTensorParallel();
        for (int tensor = 1; tensor <= Math.min(divided, nodes.getFirst().size()); tensor *= 2) {
          List<DeviceSet> more = new ArrayList<>(stages);
          more.add(
              DeviceSet.of(
                  group.type(),
                  members,
                  group.precisions().getFirst(),
                  group.expertPrecisions().getFirst(),
                  tensor,
                  context.step(),
                  context.batchTokens()));
          most = Math.max(most, stages(context, nodes, groups, rest, more));
        }
      }
    }
    return most;
  }

  /** Every division of the layers. */
  private static double layers(PlanningContext context, List<DeviceSet> stages, int[] ends) {
    if (ends.length == stages.size()) {
      Draft draft = Draft.of(context, null, new Layout(stages, ends, 0), 1);
      return draft == null ? 0 : draft.prediction().tokensPerSecond();
    }
    int begin = ends.length == 0 ? 0 : ends[ends.length - 1];
    int stagesAfter = stages.size() - ends.length - 1;
    int most = context.layers() - stagesAfter;
    double best = 0;
    for (int end = stagesAfter == 0 ? most : begin + 1; end <= most; end++) {
      int[] more = Arrays.copyOf(ends, ends.length + 1);
      more[ends.length] = end;
      best = Math.max(best, layers(context, stages, more));
    }
    return best;
  }
}
