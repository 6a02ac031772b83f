package dev.hejin.lab.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.hejin.catalog.chip.DeviceCatalog;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.load.SyntheticExpertLoad;
import dev.hejin.catalog.pool.NodeSpec;
import dev.hejin.catalog.pool.PoolFiles;
import dev.hejin.lab.physics.StagePhysics;
import dev.hejin.lab.physics.StageSpec;
import dev.hejin.lab.physics.StepWork;
import dev.hejin.lab.physics.TruePool;
import dev.hejin.lab.physics.WorldLaws;
import dev.hejin.lab.scenario.ScenarioFiles;
import dev.hejin.scheduler.cost.StepCost;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.planner.PlanOptions;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What plans are predicted to do beside what the lab's physics says of them, both for batches as
 * uneven as the planner takes them for. The physics knows nothing of the cost model.
 */
class PredictedTimesTest {
  private static final ModelSpec MODEL = ModelCatalog.bundled().model("deepseek-v3");
  private static final double SPREAD =
      ScenarioFiles.load("equal-pool").services().getFirst().routing().textSpread();
  private static final int ITERATIONS = 50;

  /** Tokens a second, of a plan. */
  private record Rates(double predicted, double simulated) {}

  private static List<NodeSpec> nodes() {
    return PoolFiles.parse(
            InputFile.of(
                "pool",
                "{name: p, nodes: [{name: n, count: 4, vendor: NVIDIA, chip: H20"
                    + ", devices: 8, networkGbitPerSecond: 3200}]}"),
            DeviceCatalog.shipped())
        .nodes();
  }

  private static ExpertLoad load() {
    int layers = MODEL.layers().size();
    var synthetic = SyntheticExpertLoad.generate(layers, 3, 256, 5);
    double[][] counts = new double[layers][];
    Arrays.setAll(counts, l -> MODEL.layers().get(l).isMoe() ? synthetic.layer(l) : new double[0]);
    return ExpertLoad.of(MODEL, counts);
  }

  @ParameterizedTest
  @CsvSource({"1, 640, 512", "1, 2048, 2048", "1, 640, 8192", "0.5, 640, 512", "0.5, 2048, 2048"})
  void shouldForetellWhatUnevenBatchesCost(double half, int context, int batch) {
    // Given half of the devices at full speed, the others at another that is known

    // When experts are placed by load, speed and chance, and in order
    Rates even = rates(half, new Workload(batch, context), "hejin");
    Rates ordered = rates(half, new Workload(batch, context), "static");

    // Then each is foretold nearly, and how much better one is more nearly still
    assertThat(even.predicted / even.simulated).isBetween(0.9, 1.2);
    assertThat(ordered.predicted / ordered.simulated).isBetween(0.9, 1.25);
    assertThat(even.predicted / ordered.predicted)
        .isCloseTo(even.simulated / ordered.simulated, withinPercentage(7));
  }

  private static Rates rates(double half, Workload workload, String policy) {
    TruePool truth = new TruePool(nodes(), 1);
    TreeMap<String, Double> speeds = new TreeMap<>();
    for (int d = truth.devices() / 2; d < truth.devices(); d++) {
      truth.setSpeed(d, half);
      speeds.put(truth.id(d), half);
    }
    PlanOptions options =
        new PlanOptions(
            policy,
            PlanOptions.Objective.THROUGHPUT,
            EnumSet.noneOf(Precision.class),
            PlanOptions.DEFAULT.redundantExpertShare(),
            PlanOptions.DEFAULT.headroomExperts(),
            false,
            1L);
    ExpertLoad load = load();
    Pool pool = new Pool(nodes().stream().map(Nameplates::node).toList(), speeds);
    PlanRequest request = new PlanRequest(MODEL, pool, workload, load, options, null);
    PlanResult.Feasible result = (PlanResult.Feasible) new Planner().plan(request);
    List<StagePlacement> stages = result.plan().placement().stages();
    double tokens = (double) workload.batchTokens() / stages.size();
    StepWork work = new StepWork();
    work.decodeTokens = tokens;
    work.decodeAttended = tokens * workload.contextTokens();
    double clumping = new StepCost(MODEL, workload).clumping(tokens);
    work.textSquares = (clumping / SPREAD / SPREAD - StagePhysics.ALIKE) * tokens * tokens;
    double slowest = 0;
    for (StagePlacement stage : stages) {
      slowest = Math.max(slowest, simulated(truth, stage, load, work));
    }
    return new Rates(
        result.plan().prediction().tokensPerSecond(),
        workload.batchTokens() / (slowest * stages.size()));
  }

  private static double simulated(
      TruePool truth, StagePlacement stage, ExpertLoad load, StepWork work) {
    int[] devices = stage.deviceIds().stream().mapToInt(truth::number).toArray();
    StagePhysics physics =
        new StagePhysics(
            truth,
            new StageSpec(
                MODEL,
                devices,
                stage.firstLayer(),
                stage.endLayer(),
                stage.precision(),
                stage.expertPrecision(),
                stage.endLayer() == MODEL.layers().size()),
            new WorldLaws(0.5, SPREAD, 0.02, 0, 20_000),
            stage.tokenShares().stream().mapToDouble(s -> s).toArray());
    for (int layer = stage.firstLayer(); layer < stage.endLayer(); layer++) {
      if (!MODEL.layers().get(layer).isMoe()) {
        continue;
      }
      LayerPlacement placed = stage.layer(layer);
      double[] share = load.layer(layer);
      physics.setExperts(
          layer,
          IntStream.range(0, placed.slots()).map(placed::device).toArray(),
          IntStream.range(0, placed.slots())
              .mapToDouble(slot -> share[placed.expert(slot)] * placed.share(slot))
              .toArray());
    }
    physics.refresh();
    SplittableRandom random = new SplittableRandom(7);
    double sum = 0;
    for (int i = 0; i < ITERATIONS; i++) {
      sum += physics.seconds(work, random);
    }
    return sum / ITERATIONS;
  }
}
