package dev.hejin.scheduler.balance;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Prints what the balancer reaches on the shared cases, as a table: run its main with the test
 * class path and {@code -Dhejin.shared}; the argument is the number of solves that are timed.
 */
final class BalanceTable {
  private static final String[] RECORDED = {
    "decode_in1000out1000",
    "decode_in1800out100",
    "decode_in500out1500",
    "prefill_in1000out1000",
    "prefill_in1024",
    "prefill_in2048",
    "prefill_in512"
  };
  private static final String[] MEASURED = {
    "h100-a100-l40s-24-alpha1.01", "h100-a100-l40s-24-alpha1.2",
    "homogeneous-h100-32-alpha1.01", "homogeneous-h100-32-alpha1.2"
  };

  private final SharedCases cases = new SharedCases();
  private final int solves;

  private BalanceTable(int solves) {
    this.solves = solves;
  }

  /** Prints the table. */
  public static void main(String[] args) throws IOException {
    new BalanceTable(args.length > 0 ? Integer.parseInt(args[0]) : 200).print();
  }

  private void print() throws IOException {
    System.out.println("| problem | loads | split | balance | bound | ms min | ms median |");
    System.out.println("|---|---|---|---|---|---|---|");
    int[][] shapes = {{288, 32, 0}, {288, 36, 0}, {576, 64, 0}, {288, 144, 0}, {320, 160, 0}};
    for (int[] shape : shapes) {
      pooled(shape[0], shape[1], 1, Split.EVEN, null, null);
    }
    pooled(288, 32, 4, Split.EVEN, null, null);
    pooled(576, 64, 8, Split.EVEN, null, null);
    pooled(288, 144, 1, Split.WEIGHTED, null, null);
    pooled(320, 160, 1, Split.WEIGHTED, null, null);
    double[] half = new double[32];
    Arrays.fill(half, 0, 16, 1);
    Arrays.fill(half, 16, 32, 0.5);
    int[] fit = new int[32];
    Arrays.fill(fit, 0, 16, 12);
    Arrays.fill(fit, 16, 32, 6);
    double[] slow = new double[32];
    Arrays.fill(slow, 1);
    slow[31] = 0.7;
    pooled(288, 32, 1, Split.EVEN, half, fit);
    pooled(288, 32, 1, Split.EVEN, half, null);
    pooled(288, 32, 1, Split.EVEN, slow, null);
    for (String name : MEASURED) {
      for (Split split : Split.values()) {
        BalanceResult result = row(name, cases.problem(name).build(), split, "power law");
        double factor = result.totalSeconds() / cases.lowerBoundSeconds(name);
        System.out.printf(Locale.ROOT, "%s, %s: %.4f x lower bound%n", name, split, factor);
      }
    }
  }

  private void pooled(
      int slots,
      int devices,
      int nodes,
      Split split,
      double @Nullable [] speeds,
      int @Nullable [] each)
      throws IOException {
    String shape = slots + " slots, " + devices + " devices, " + nodes + " nodes";
    shape += speeds == null ? "" : ", slow ones " + speeds[devices - 1];
    shape += each == null ? "" : ", slots in proportion";
    double sum = 0;
    for (String name : RECORDED) {
      BalanceProblem.Builder problem = problem(cases.recorded(name), slots, devices, each);
      sum += solve(shape, problem, nodes, speeds, split, name);
    }
    System.out.printf(Locale.ROOT, "recorded, mean: %.5f%n", sum / RECORDED.length);
    for (String name : new String[] {"logn1", "zipf09"}) {
      double[][] loads = cases.weights("P32g_" + name);
      solve(shape, problem(loads, slots, devices, each), nodes, speeds, split, name);
    }
  }

  private double solve(
      String shape,
      BalanceProblem.Builder problem,
      int nodes,
      double @Nullable [] speeds,
      Split split,
      String loads) {
    if (speeds != null) {
      problem.speeds(speeds);
    }
    if (nodes > 1) {
      problem.hierarchy(8, nodes);
    }
    return row(shape, problem.build(), split, loads).balancedness();
  }

  private static BalanceProblem.Builder problem(
      double[][] loads, int slots, int devices, int @Nullable [] each) {
    return each == null
        ? BalanceProblem.builder(loads, slots, devices)
        : BalanceProblem.builder(loads, each);
  }

  private BalanceResult row(String name, BalanceProblem problem, Split split, String loads) {
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT.with(split));
    double[] millis = new double[solves];
    BalanceResult result = balancer.balance(problem);
    double spent = 0;
    int n = 0;
    while (n < solves && spent < 5000) {
      long start = System.nanoTime();
      result = balancer.balance(problem);
      millis[n] = (System.nanoTime() - start) / 1e6;
      spent += millis[n++];
    }
    Arrays.sort(millis, 0, n);
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %.5f | %.5f | %.2f | %.2f |%n",
        name,
        loads,
        split,
        result.balancedness(),
        result.upperBound(),
        millis[0],
        millis[n / 2]);
    return result;
  }
}
