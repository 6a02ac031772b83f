package dev.hejin.scheduler.benchmark;

import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.plan.ServicePlan;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.ServicePlanner;
import java.util.List;
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

/** DeepSeek-V3 as several pipelines, and after the loss of a node; prints the gap. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 7)
@Fork(1)
public class ServicePlannerBenchmark {
  /** Devices of the pool: four vendors up to 48, six chips beyond. */
  @Param({"48", "1024", "10000"})
  public int devices;

  private final ServicePlanner planner = new ServicePlanner();
  private PlanRequest request = PlannerBenchmark.request(48, "hejin");
  private PlanRequest afterLoss = request;
  private ServicePlan before = plan(request);

  /** Builds the requests, and the plan that loses a node. */
  @Setup
  public void build() {
    request = PlannerBenchmark.request(devices, "hejin");
    List<Node> nodes = request.pool().nodes();
    afterLoss =
        new PlanRequest(
            request.model(),
            Pool.of(nodes.subList(1, nodes.size())),
            request.workload(),
            request.load(),
            request.options(),
            null);
    before = plan(request);
    System.out.printf(
        "%d devices: %.0f tokens/s in %d pipelines, bound %.0f, gap %.1f %%%n",
        devices,
        before.tokensPerSecond(),
        before.pipelines().size(),
        before.boundTokensPerSecond(),
        100 * before.gap());
  }

  private ServicePlan plan(PlanRequest of) {
    if (planner.plan(of) instanceof ServicePlanner.Result.Feasible feasible) {
      return feasible.plan();
    }
    throw new IllegalStateException("no plan");
  }

  /** Plans afresh. */
  @Benchmark
  public ServicePlanner.Result plan() {
    return planner.plan(request);
  }

  /** Plans after the loss of a node. */
  @Benchmark
  public ServicePlanner.Result replan() {
    return planner.replan(afterLoss, before);
  }
}
