package dev.hejin.client.balance;

import dev.hejin.client.planfile.BadFile;
import dev.hejin.client.planfile.Outcome;
import dev.hejin.client.planfile.StoredPlan;
import dev.hejin.scheduler.balance.BalanceOptions;
import dev.hejin.scheduler.balance.BalanceProblem;
import dev.hejin.scheduler.balance.BalanceResult;
import dev.hejin.scheduler.balance.Balancer;
import dev.hejin.scheduler.balance.PlacementVerifier;
import dev.hejin.scheduler.balance.Split;
import dev.hejin.scheduler.coactivation.Coactivation;
import dev.hejin.scheduler.coactivation.NodeLocality;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.registry.Policies;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Solves one case, once or many times, and has every plan verified before it leaves. */
final class Solver {
  static final String HEJIN = "hejin";

  private static final int WINDOWS = 7;
  private static final double NANOS_PER_MILLI = 1e6;

  private final CaseFile given;
  private final @Nullable StoredPlan inForce;
  private final BalanceProblem problem;

  /** A plan and how good it is. */
  record Solved(StoredPlan plan, Outcome outcome) {}

  Solver(
      CaseFile given,
      @Nullable StoredPlan inForce,
      @Nullable Path inForceFile,
      @Nullable Integer maxMoves) {
    this.given = given;
    this.inForce = inForce;
    BalanceProblem.Builder builder =
        BalanceProblem.builder(given.weights(), given.slots()).speeds(given.speeds());
    if (given.nodes() > 1) {
      builder.hierarchy(given.groups(), given.nodes());
    }
    if (inForce != null) {
      builder.previous(inForce.slotExpert()).history(inForce.history());
    }
    if (maxMoves != null) {
      builder.maxMoves(maxMoves);
    }
    problem = builder.build();
    if (inForce != null && inForceFile != null) {
      sameShape(inForce, inForceFile);
    }
  }

  private void sameShape(StoredPlan old, Path file) {
    if (old.experts() != problem.experts()) {
      throw BadFile.field(
          file,
          "logical_count[0].length",
          old.experts(),
          "the case has " + problem.experts() + " experts",
          "the plan is of another model");
    }
    if (!Arrays.equals(old.deviceSlots(), given.slots())) {
      throw BadFile.field(
          file,
          "device_slots",
          Arrays.toString(old.deviceSlots()),
          "the case has other slots",
          "the plan is of another pool: solve without --previous");
    }
  }

  Solved solve(String policy, Split split, int repeat) {
    if (policy.equals(HEJIN)) {
      BalanceOptions options = BalanceOptions.DEFAULT.with(split);
      Timed<Placed> timed = Timed.of(repeat, () -> near(new Balancer(options).balance(problem)));
      return solved(policy, split, timed.value(), timed);
    }
    if (split == Split.WEIGHTED) {
      throw BadFile.option("--split", "weighted", policy + " shares evenly", "use --policy hejin");
    }
    if (problem.maxMoves() >= 0) {
      throw BadFile.option(
          "--max-moves", problem.maxMoves(), policy + " plans from scratch", "use --policy hejin");
    }
    Comparison comparison = new Comparison(named(policy), given);
    Timed<int[][]> timed = Timed.of(repeat, comparison::place);
    BalanceResult best = new Balancer(BalanceOptions.DEFAULT).balance(problem);
    BalanceResult judged = judged(timed.value(), best);
    return solved(policy, split, new Placed(judged, judged), timed);
  }

  /** A placement before and after experts that are used together were brought nearer. */
  private record Placed(BalanceResult before, BalanceResult result) {}

  /** Brings experts that are used together nearer, at no cost in balance or copies. */
  private Placed near(BalanceResult found) {
    Coactivation together = given.coactivation();
    return new Placed(found, together == null ? found : locality(together).improve(found));
  }

  private NodeLocality locality(Coactivation together) {
    return new NodeLocality(problem, together, given.trafficNodes());
  }

  private Outcome.@Nullable Crossing crossing(Placed placed) {
    Coactivation together = given.coactivation();
    if (together == null) {
      return null;
    }
    NodeLocality locality = locality(together);
    return new Outcome.Crossing(
        locality.crossing(placed.before()), locality.crossing(placed.result()));
  }

  private static ExpertPolicy named(String policy) {
    try {
      return Policies.byName(policy);
    } catch (IllegalArgumentException e) {
      throw BadFile.option(
          "--policy", policy, "unknown", "use " + String.join(", ", Policies.names()));
    }
  }

  /** A placement of another policy with the bounds of the problem. */
  private BalanceResult judged(int[][] rows, BalanceResult best) {
    int[][] counts = new int[rows.length][problem.experts()];
    for (int l = 0; l < rows.length; l++) {
      for (int expert : rows[l]) {
        counts[l][expert]++;
      }
    }
    StoredPlan bare =
        new StoredPlan(rows, given.slots(), given.speeds(), counts, new double[0][], window(), 0);
    double[][] shares = bare.evenShares();
    double[] seconds = new double[rows.length];
    for (int l = 0; l < rows.length; l++) {
      seconds[l] = bare.slowest(l, given.weights()[l], shares[l]);
    }
    return new BalanceResult(
        rows,
        counts,
        shares,
        seconds,
        best.idealSeconds(),
        best.boundSeconds(),
        bare.balancedness(shares),
        best.upperBound(),
        inForce == null ? 0 : copies(inForce.slotExpert(), rows));
  }

  private int copies(int[][] old, int[][] next) {
    int copies = 0;
    for (int l = 0; l < next.length; l++) {
      int start = 0;
      for (int count : given.slots()) {
        int end = start + count;
        int[] had = Arrays.copyOfRange(old[l], start, end);
        for (int s = start; s < end; s++) {
          int expert = next[l][s];
          copies += Arrays.stream(had).noneMatch(e -> e == expert) ? 1 : 0;
        }
        start = end;
      }
    }
    return copies;
  }

  private Solved solved(String policy, Split split, Placed placed, Timed<?> timed) {
    BalanceResult result = placed.result();
    List<String> violations = new PlacementVerifier(problem).violations(result);
    if (!violations.isEmpty()) {
      throw new IllegalStateException("plan of " + policy + " is not valid: " + violations);
    }
    StoredPlan plan =
        new StoredPlan(
            result.slotExpert(),
            given.slots(),
            given.speeds(),
            result.counts(),
            result.replicaWeights(),
            windows(),
            inForce == null ? given.firstMoeLayer() : denseOf(inForce));
    Outcome outcome =
        new Outcome(
            policy,
            split.name().toLowerCase(Locale.ROOT),
            result.balancedness(),
            result.upperBound(),
            result.totalSeconds(),
            result.totalBoundSeconds(),
            result.moves(),
            timed.minNanos() / NANOS_PER_MILLI,
            timed.medianNanos() / NANOS_PER_MILLI,
            timed.firstNanos() / NANOS_PER_MILLI,
            crossing(placed));
    return new Solved(plan, outcome);
  }

  private int denseOf(StoredPlan old) {
    return given.firstMoeLayer() > 0 ? given.firstMoeLayer() : old.firstMoeLayer();
  }

  private double[][][] window() {
    return new double[][][] {given.weights()};
  }

  /** Loads of the windows so far, this one last, no more than the forecast looks at. */
  private double[][][] windows() {
    if (inForce == null) {
      return window();
    }
    double[][][] old = inForce.history();
    double[][][] all = Arrays.copyOf(old, old.length + 1);
    all[old.length] = given.weights();
    return Arrays.copyOfRange(all, Math.max(0, all.length - WINDOWS), all.length);
  }

  /** The last value and the times of some runs. */
  private record Timed<T>(T value, long minNanos, long medianNanos, long firstNanos) {
    static <T> Timed<T> of(int repeat, Supplier<T> run) {
      long[] nanos = new long[repeat];
      long start = System.nanoTime();
      T value = run.get();
      nanos[0] = System.nanoTime() - start;
      for (int i = 1; i < repeat; i++) {
        start = System.nanoTime();
        value = run.get();
        nanos[i] = System.nanoTime() - start;
      }
      long first = nanos[0];
      Arrays.sort(nanos);
      long median = (nanos[(repeat - 1) / 2] + nanos[repeat / 2]) / 2;
      return new Timed<>(value, nanos[0], median, first);
    }
  }
}
