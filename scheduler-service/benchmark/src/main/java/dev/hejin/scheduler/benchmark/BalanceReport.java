package dev.hejin.scheduler.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hejin.scheduler.balance.BalanceOptions;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.Balancer;
import dev.hejin.scheduler.balance.PlacementVerifier;
import dev.hejin.scheduler.balance.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Prints the tables of {@code scheduler-service/docs/balance.md}: balance, proven bound and time of
 * the balancer, and of the method of public balancers in the same run, single-threaded.
 *
 * <p>Arguments: the time spent on each row in milliseconds (0: one solve, for the balance alone),
 * and optionally a folder with recorded loads ({@code expert-load} and {@code
 * balance-cases-measured} below it).
 */
public final class BalanceReport {
  static final int LAYERS = 58;
  static final int EXPERTS = 256;
  private static final int LEAST_SOLVES = 3;
  private static final double NANOS = 1e6;

  private final double budgetMillis;

  private BalanceReport(double budgetMillis) {
    this.budgetMillis = budgetMillis;
  }

  /** Prints the tables. */
  public static void main(String[] args) throws IOException {
    BalanceReport report = new BalanceReport(args.length > 0 ? Double.parseDouble(args[0]) : 1000);
    print(
        "%s, Java %s, %s %s, %d processors%n",
        LocalDate.now(),
        System.getProperty("java.version"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
    report.synthetic();
    if (args.length > 1) {
      Path data = Path.of(args[1]);
      report.recorded(data.resolve("expert-load"));
      report.measured(data.resolve("balance-cases-measured"));
    }
    report.drift(args.length > 1 ? Path.of(args[1]).resolve("expert-load") : null);
    PairReport.print(args.length > 1 ? Path.of(args[1]).resolve("expert-load") : null);
  }

  private void synthetic() {
    head("Synthetic loads");
    double[][] zipf = SyntheticLoads.zipf(LAYERS, EXPERTS, 0.9, 1);
    double[][] mild = SyntheticLoads.zipf(LAYERS, EXPERTS, 0.6, 2);
    double[][] logn = SyntheticLoads.lognormal(LAYERS, EXPERTS, 1, 3);
    for (BalanceShape shape : BalanceShape.values()) {
      row(shape, "zipf 0.9", zipf);
      row(shape, "zipf 0.6", mild);
      row(shape, "lognormal 1", logn);
    }
    speeds(logn, "lognormal 1");
  }

  private void recorded(Path folder) throws IOException {
    head("Recorded loads (DeepSeek-V3, seven workloads)");
    for (BalanceShape shape : BalanceShape.values()) {
      for (Path file : LoadFiles.files(folder, ".json")) {
        double[][] loads = LoadFiles.recorded(file);
        if (loads != null) {
          row(shape, file.getFileName().toString().replace(".json", ""), loads);
        }
      }
    }
    for (Path file : LoadFiles.files(folder, ".json")) {
      double[][] loads = LoadFiles.recorded(file);
      if (loads != null) {
        speeds(loads, file.getFileName().toString().replace(".json", ""));
      }
    }
  }

  private static void head(String title) {
    print("%n### %s%n%n", title);
    print(
        "| pool | loads | balance | bound | ms min | ms median | heap-greedy | ms min | ms median |%n");
    print("|---|---|---|---|---|---|---|---|---|%n");
  }

  private void row(BalanceShape shape, String name, double[][] loads) {
    Timed greedy = timed(() -> shape.greedy(loads));
    BalanceProblem problem = shape.problem(loads);
    solved(shape.toString(), name, problem, Split.EVEN, greedy);
    if (shape == BalanceShape.E144g || shape == BalanceShape.E160g) {
      solved(shape + ", weighted", name, problem, Split.WEIGHTED, null);
    }
  }

  /** Devices of unequal speed; the public method knows nothing of speeds. */
  private void speeds(double[][] loads, String name) {
    double[] half = new double[32];
    int[] fit = new int[32];
    double[] slow = new double[32];
    for (int d = 0; d < 32; d++) {
      half[d] = d < 16 ? 1 : 0.5;
      fit[d] = d < 16 ? 12 : 6;
      slow[d] = d < 31 ? 1 : 0.7;
    }
    BalanceProblem.Builder equal = BalanceProblem.builder(loads, 288, 32);
    solved(
        "16 at 1, 16 at 0.5, slots to match",
        name,
        BalanceProblem.builder(loads, fit).speeds(half).build(),
        Split.EVEN,
        null);
    solved("16 at 1, 16 at 0.5", name, equal.speeds(half).build(), Split.EVEN, null);
    solved("31 at 1, one at 0.7", name, equal.speeds(slow).build(), Split.EVEN, null);
  }

  private BalanceResult solved(
      String pool, String name, BalanceProblem problem, Split split, @Nullable Timed greedy) {
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT.with(split));
    BalanceResult[] last = new BalanceResult[1];
    Timed own =
        timed(
            () -> {
              last[0] = balancer.balance(problem);
              return last[0].balancedness();
            });
    BalanceResult result = last[0];
    if (!new PlacementVerifier(problem).violations(result).isEmpty()) {
      throw new IllegalStateException("not valid: " + pool + ", " + name);
    }
    print(
        "| %s | %s | %.4f | %.4f | %.2f | %.2f |",
        pool, name, own.value(), result.upperBound(), own.minMillis(), own.medianMillis());
    if (greedy == null) {
      print(" | | |%n");
    } else {
      print(" %.4f | %.2f | %.2f |%n", greedy.value(), greedy.minMillis(), greedy.medianMillis());
    }
    return result;
  }

  private void measured(Path folder) throws IOException {
    print("%n### Device speeds from measured kernels, power-law loads%n%n");
    print("| case | split | time / lower bound | EPLB | EPLB with its tokens split by an LP |%n");
    print("|---|---|---|---|---|%n");
    for (Path file : LoadFiles.files(folder, ".json")) {
      JsonNode node = LoadFiles.read(file);
      BalanceProblem problem =
          BalanceProblem.builder(
                  LoadFiles.matrix(node.get("weights")),
                  node.get("num_replicas").asInt(),
                  node.get("num_gpus").asInt())
              .speeds(LoadFiles.vector(node.get("speeds")))
              .build();
      double bound = node.get("lower_bound_s").asDouble();
      JsonNode peer = node.get("peer");
      for (Split split : Split.values()) {
        BalanceResult result = new Balancer(BalanceOptions.DEFAULT.with(split)).balance(problem);
        print(
            "| %s | %s | %.4f | %.4f | %.4f |%n",
            file.getFileName().toString().replace(".json", ""),
            split.toString().toLowerCase(Locale.ROOT),
            result.totalSeconds() / bound,
            peer.get("makespan_s_sum_layers").asDouble() / bound,
            peer.get("makespan_with_LP_token_split_s").asDouble() / bound);
      }
    }
  }

  private void drift(@Nullable Path folder) throws IOException {
    print("%n### Drift: plan on one window, score on the next (288 slots, 32 devices)%n%n");
    print(
        "| trace | next balance | copied a window | each window planned afresh: balance | copied |%n");
    print("|---|---|---|---|---|%n");
    print("%s", DriftReplay.row("synthetic, lognormal 1", DriftReplay.synthetic(LAYERS, EXPERTS)));
    if (folder != null) {
      for (Path file : LoadFiles.files(folder, ".json.gz")) {
        JsonNode node = LoadFiles.read(file).get("windows");
        double[][][] windows = new double[node.size()][][];
        for (int t = 0; t < windows.length; t++) {
          windows[t] = LoadFiles.matrix(node.get(t));
        }
        String name = file.getFileName().toString().replace(".json.gz", "");
        print("%s", DriftReplay.row("recorded, " + name, windows));
      }
    }
  }

  private record Timed(double value, double minMillis, double medianMillis) {}

  private Timed timed(DoubleSupplier work) {
    double[] millis = new double[10_000];
    double value = 0;
    double spent = 0;
    int n = 0;
    int least = budgetMillis > 0 ? LEAST_SOLVES : 1;
    while (n < millis.length && (n < least || spent < budgetMillis)) {
      long start = System.nanoTime();
      value = work.getAsDouble();
      millis[n] = (System.nanoTime() - start) / NANOS;
      spent += millis[n++];
    }
    // The first half warms up.
    double[] warm = Arrays.copyOfRange(millis, n / 2, n);
    Arrays.sort(warm);
    return new Timed(value, warm[0], warm[warm.length / 2]);
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
