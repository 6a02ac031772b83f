package dev.hejin.scheduler.benchmark;

import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.planner.PlanOptions;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One plan of DeepSeek-V3 with skewed experts, 128 sequences a device, single-threaded. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(1)
public class PlannerBenchmark {
  /** Devices of the pool. */
  @Param({"48", "1024"})
  public int devices;

  /** Expert policy; compare within one run. */
  @Param({"hejin", "heap-greedy"})
  public String policy = "hejin";

  private final Planner planner = new Planner();
  private PlanRequest request = request(48, "hejin");

  /** Builds the request for the parameters. */
  @Setup
  public void build() {
    request = request(devices, policy);
  }

  static PlanRequest request(int devices, String policy) {
    ModelSpec model = ModelCatalog.bundled().model("deepseek-v3");
    SplittableRandom random = new SplittableRandom(1);
    double[][] counts = new double[model.layers().size()][];
    for (int layer = 0; layer < counts.length; layer++) {
      counts[layer] = new double[model.layers().get(layer).routedExperts()];
      for (int expert = 0; expert < counts[layer].length; expert++) {
        counts[layer][expert] = Math.exp(0.6 * random.nextGaussian());
      }
    }
    PlanOptions defaults = PlanOptions.DEFAULT;
    return new PlanRequest(
        model,
        MixedPool.of(devices),
        new Workload(128 * devices, 4096),
        ExpertLoad.of(model, counts),
        new PlanOptions(
            policy,
            defaults.objective(),
            defaults.allowedPrecisions(),
            defaults.redundantExpertShare(),
            defaults.headroomExperts(),
            false,
            1L),
        null);
  }

  /** Plans. */
  @Benchmark
  public PlanResult plan() {
    return planner.plan(request);
  }
}
