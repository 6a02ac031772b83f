package dev.hejin.scheduler.balance;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import java.util.OptionalDouble;

/**
 * The least time of the slowest device in one layer, by CP-SAT: which expert is on which device,
 * how often, and where groups go, all at once. Loads must be whole, speeds multiples of 0.001 of
 * the fastest, fixed costs 0; the optimum is then right to 1 / 840 of a token.
 */
final class ExactOptimum {
  /** Divides evenly by any replica count up to 8. */
  private static final long REPLICAS = 840;

  private static final long SPEED = 1_000;

  /** In the solver's own units of work, about a second of one quiet core each. */
  private static final double WORK_LIMIT = 2;

  private final BalanceProblem problem;
  private final Split split;
  private final CpModel model = new CpModel();
  private final BoolVar[][] on;
  private final LinearExprBuilder[] load;

  ExactOptimum(BalanceProblem problem, Split split) {
    this.problem = problem;
    this.split = split;
    on = new BoolVar[problem.experts()][problem.devices()];
    load = new LinearExprBuilder[problem.devices()];
  }

  /** Why the solver cannot run here; empty when it can. */
  static String missing() {
    try {
      Loader.loadNativeLibraries();
      return "";
    } catch (RuntimeException | LinkageError e) {
      return "no native CP-SAT for "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
          + ": "
          + e;
    }
  }

  /** Seconds of the slowest device; empty when the solver does not finish in time. */
  OptionalDouble seconds() {
    for (int d = 0; d < problem.devices(); d++) {
      load[d] = LinearExpr.newBuilder();
      LinearExprBuilder used = LinearExpr.newBuilder();
      for (int e = 0; e < problem.experts(); e++) {
        on[e][d] = model.newBoolVar("on" + e + "/" + d);
        used.add(on[e][d]);
      }
      model.addEquality(used, problem.slots(d));
    }
    long total = 0;
    for (int e = 0; e < problem.experts(); e++) {
      long tokens = Math.round(problem.weights(0)[e]) * REPLICAS;
      total += tokens;
      if (split == Split.EVEN) {
        divideEvenly(e, tokens);
      } else {
        divideFreely(e, tokens);
      }
    }
    IntVar slowest = model.newIntVar(0, total * SPEED, "slowest");
    groups(slowest);
    double fastest = fastest();
    for (int d = 0; d < problem.devices(); d++) {
      model.addLessOrEqual(
          LinearExpr.newBuilder().addTerm(load[d].build(), SPEED),
          LinearExpr.term(slowest, speed(d)));
    }
    model.minimize(slowest);
    CpSolver solver = new CpSolver();
    solver.getParameters().setMaxDeterministicTime(WORK_LIMIT).setNumWorkers(1).setRandomSeed(1);
    CpSolverStatus status = solver.solve(model);
    if (status != CpSolverStatus.OPTIMAL) {
      return OptionalDouble.empty();
    }
    // Slowest is in tokens of the fastest device, times REPLICAS.
    return OptionalDouble.of(solver.objectiveValue() / REPLICAS / fastest);
  }

  private long speed(int device) {
    return Math.round(problem.speed(device) / fastest() * SPEED);
  }

  private double fastest() {
    double fastest = 0;
    for (int d = 0; d < problem.devices(); d++) {
      fastest = Math.max(fastest, problem.speed(d));
    }
    return fastest;
  }

  /** One literal for each replica count; a device's part is tokens / count. */
  private void divideEvenly(int e, long tokens) {
    int most = problem.devices();
    LinearExprBuilder count = LinearExpr.newBuilder();
    Literal[] counts = new Literal[most];
    for (int c = 1; c <= most; c++) {
      BoolVar is = model.newBoolVar("count" + e + "=" + c);
      counts[c - 1] = is;
      count.addTerm(is, -c);
      for (int d = 0; d < problem.devices(); d++) {
        BoolVar both = model.newBoolVar("part" + e + "/" + d + "=" + c);
        model.addImplication(both, is);
        model.addImplication(both, on[e][d]);
        model.addBoolOr(new Literal[] {both, is.not(), on[e][d].not()});
        load[d].addTerm(both, tokens / c);
      }
    }
    model.addExactlyOne(counts);
    for (int d = 0; d < problem.devices(); d++) {
      count.add(on[e][d]);
    }
    model.addEquality(count, 0);
  }

  private void divideFreely(int e, long tokens) {
    LinearExprBuilder sum = LinearExpr.newBuilder();
    LinearExprBuilder replicas = LinearExpr.newBuilder();
    for (int d = 0; d < problem.devices(); d++) {
      IntVar part = model.newIntVar(0, tokens, "part" + e + "/" + d);
      model.addLessOrEqual(part, LinearExpr.term(on[e][d], tokens));
      sum.add(part);
      load[d].add(part);
      replicas.add(on[e][d]);
    }
    model.addEquality(sum, tokens);
    model.addGreaterOrEqual(replicas, 1);
  }

  /** Each group on one node, as many on each; a node needs its groups' tokens at its speed. */
  private void groups(IntVar slowest) {
    if (!problem.hierarchical()) {
      return;
    }
    int perNode = problem.devices() / problem.nodes();
    int size = problem.experts() / problem.groups();
    LinearExprBuilder[] held = new LinearExprBuilder[problem.nodes()];
    LinearExprBuilder[] work = new LinearExprBuilder[problem.nodes()];
    for (int n = 0; n < held.length; n++) {
      held[n] = LinearExpr.newBuilder();
      work[n] = LinearExpr.newBuilder();
      for (int d = n * perNode; d < (n + 1) * perNode; d++) {
        work[n].addTerm(slowest, -speed(d));
      }
    }
    for (int g = 0; g < problem.groups(); g++) {
      Literal[] homes = new Literal[problem.nodes()];
      for (int n = 0; n < homes.length; n++) {
        BoolVar home = model.newBoolVar("group" + g + "@" + n);
        homes[n] = home;
        held[n].add(home);
        for (int e = g * size; e < (g + 1) * size; e++) {
          work[n].addTerm(home, Math.round(problem.weights(0)[e]) * REPLICAS * SPEED);
          for (int d = n * perNode; d < (n + 1) * perNode; d++) {
            model.addImplication(on[e][d], home);
          }
        }
      }
      model.addExactlyOne(homes);
    }
    for (int n = 0; n < problem.nodes(); n++) {
      model.addEquality(held[n], problem.groups() / problem.nodes());
      model.addLessOrEqual(work[n], 0);
    }
  }
}
