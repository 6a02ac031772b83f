package dev.hejin.scheduler.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.Bridge;
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
import org.jspecify.annotations.Nullable;
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

  /** Of one library: much bandwidth and little arithmetic, and the other way round. */
  private static final Pools.Type WIDE =
      new Pools.Type("NVIDIA", "wide", 96, 4000, 100, 200, 200, 450, 1);

  private static final Pools.Type FAST =
      new Pools.Type("NVIDIA", "fast", 48, 200, 900, 1800, 1800, 450, 1);

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
  @CsvSource({
    "1, 1, 8192, 8, true",
    "1, 1, 16, 4, false",
    "1, 1, 16384, 8, true",
    "2, 1, 4096, 4, false",
    "1, 2, 8192, 4, true"
  })
  void shouldFindTheBestDividedLayoutOrStateTheGap(
      int wide, int fast, int sequences, int perNode, boolean pays) {
    // Given
    PlanRequest together = request(WIDE, FAST, wide, fast, sequences, perNode);
    PlanRequest apart = together.with(PlanOptions.DEFAULT.withExpertsApart(true));
    double most = exhaustive(apart);
    best.clear();
    double mostTogether = exhaustive(together);
    // When
    ServicePlanner.Result result = new ServicePlanner().plan(apart);
    // Then
    ServicePlan plan = ((ServicePlanner.Result.Feasible) result).plan();
    assertThat(most > mostTogether).isEqualTo(pays);
    assertThat(most).isLessThanOrEqualTo(plan.boundTokensPerSecond() * (1 + 1e-9));
    assertThat(plan.tokensPerSecond()).isGreaterThanOrEqualTo(0.93 * most);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 16, 4, 200e9", "1, 1, 2048, 8, 200e9", "1, 2, 64, 2, 5e9"})
  void shouldFindTheBestLayoutAcrossABridgeOrStateTheGap(
      int h20, int ascend, int sequences, int perNode, double bandwidth) {
    // Given
    PlanRequest without = request(h20, ascend, sequences, perNode);
    Bridge bridge = new Bridge("NVIDIACL", "HuaweiCL", 0, bandwidth);
    PlanRequest with = without.anewOn(without.pool().withBridges(List.of(bridge)));
    double most = exhaustive(with);
    // When
    ServicePlanner.Result result = new ServicePlanner().plan(with);
    // Then
    ServicePlan plan = ((ServicePlanner.Result.Feasible) result).plan();
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
    return request(Pools.H20, Pools.ASCEND, h20, ascend, sequences, perNode);
  }

  private static PlanRequest request(
      Pools.Type one, Pools.Type other, int ones, int others, int sequences, int perNode) {
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < ones; n++) {
      nodes.add(Pools.node("one-" + n, one, perNode));
    }
    for (int n = 0; n < others; n++) {
      nodes.add(Pools.node("other-" + n, other, perNode));
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
      Inventory.Group group = taken(nodes, groups, left, subset, members, rest);
      DeviceSet spanning = group == null ? spanning(context, members) : null;
      if (spanning != null) {
        List<DeviceSet> more = new ArrayList<>(stages);
        more.add(spanning);
        most = Math.max(most, stages(context, nodes, groups, rest, more));
      }
      if (group != null) {
        most = Math.max(most, apart(context, nodes, groups, rest, stages, group, members));
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

  /** Takes the nodes of a subset; null when they are of different groups. */
  private static Inventory.@Nullable Group taken(
      List<List<Member>> nodes,
      List<Inventory.Group> groups,
      List<Integer> left,
      int subset,
      List<Member> members,
      List<Integer> rest) {
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
    return alike ? group : null;
  }

  /** Attention on some nodes, experts on every set of others, where that is asked for. */
  private static double apart(
      PlanningContext context,
      List<List<Member>> nodes,
      List<Inventory.Group> groups,
      List<Integer> left,
      List<DeviceSet> stages,
      Inventory.Group group,
      List<Member> attention) {
    double most = 0;
    int subsets = context.request().options().expertsApart() ? 1 << left.size() : 1;
    for (int subset = 1; subset < subsets; subset++) {
      List<Integer> rest = new ArrayList<>();
      List<Member> experts = new ArrayList<>();
      Inventory.Group other = taken(nodes, groups, left, subset, experts, rest);
      if (other != null) {
        List<DeviceSet> more = new ArrayList<>(stages);
        more.add(
            DeviceSet.apart(set(context, group, attention), set(context, other, experts), null));
        most = Math.max(most, stages(context, nodes, groups, rest, more));
      }
    }
    return most;
  }

  /** A stage of two libraries that a bridge joins; null where none does. */
  private static @Nullable DeviceSet spanning(PlanningContext context, List<Member> members) {
    List<DeviceKind> kinds = DeviceKind.of(Inventory.of(context.request(), context.assumptions()));
    List<Member> ordered = new ArrayList<>();
    int[] count = new int[kinds.size()];
    for (DeviceKind kind : kinds) {
      for (Member member : members) {
        if (member.device().type().equals(kind.group().type())) {
          ordered.add(member);
          count[kind.index()]++;
        }
      }
    }
    Bridge bridge = context.request().pool().bridges().stream().findFirst().orElse(null);
    return bridge == null || kinds.size() != 2
        ? null
        : new StageForm(kinds.get(0), count[0], 1, kinds.get(1), count[1], true, bridge)
            .of(context, ordered, context.batchTokens());
  }

  private static DeviceSet set(
      PlanningContext context, Inventory.Group group, List<Member> members) {
    return DeviceSet.of(
        group.type(),
        members,
        group.precisions().getFirst(),
        group.expertPrecisions().getFirst(),
        context.step(),
        context.batchTokens());
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
