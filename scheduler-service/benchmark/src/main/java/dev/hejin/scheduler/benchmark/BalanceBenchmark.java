package dev.hejin.scheduler.benchmark;

import dev.hejin.scheduler.balance.BalanceOptions;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.Balancer;
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

/** The experts of all 58 MoE layers of DeepSeek-V3, lognormal loads, single-threaded. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class BalanceBenchmark {
  private static final int LAYERS = 58;
  private static final int EXPERTS = 256;

  /** Slots, devices and nodes. */
  @Param public BalanceShape shape = BalanceShape.P32g;

  private final double[][] loads = SyntheticLoads.lognormal(LAYERS, EXPERTS, 1, 1);
  private BalanceProblem problem = shape.problem(loads);

  /** Builds the problem for the parameters. */
  @Setup
  public void build() {
    problem = shape.problem(loads);
  }

  /** Hejin's balancer. */
  @Benchmark
  public double hejin() {
    return new Balancer(BalanceOptions.DEFAULT).balance(problem).balancedness();
  }

  /** The method of public balancers, the same work in the same run. */
  @Benchmark
  public double heapGreedy() {
    return shape.greedy(loads);
  }
}
