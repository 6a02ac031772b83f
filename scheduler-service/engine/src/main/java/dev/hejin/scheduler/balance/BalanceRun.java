package dev.hejin.scheduler.balance;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One solution in the making: walks the layers, and the nodes of each, and gathers the result. */
final class BalanceRun {
  private final BalanceProblem problem;
  private final Cell cell;
  private final CellSolver solver;
  private final @Nullable OpenSolver open;
  private final boolean affine;
  private final Split split;
  private final GroupPartition groups;

  /** Windows ahead for which a placement should still be good when loads move one way. */
  private static final int HORIZON = 2;

  /** Groups stay on their nodes unless the slowest node could be faster by this factor. */
  private static final double REGROUP = 1.1;

  private static final int NOWHERE = -2;

  private final @Nullable LoadForecast forecast;
  private final int[] members;
  private final int[] local;
  private final int[] oldLocal;
  private final int @Nullable [][] previous;
  private final MoveBudget budget;
  private final int[][] slotExpert;
  private final int[][] counts;
  private final double[][] replicaWeights;
  private final double[] seconds;
  private final double[] ideal;
  private final double[] bound;

  BalanceRun(BalanceProblem problem, BalanceOptions options) {
    this.problem = problem;
    int layers = problem.layers();
    split = options.split();
    affine = affine(problem);
    if (problem.open() && split == Split.EVEN) {
      throw new InvalidProblemException(
          "split", "even", "empty slots need computed shares", "use weighted");
    }
    open = problem.open() ? new OpenSolver(problem, options) : null;
    int most = problem.open() ? 0 : problem.totalSlots();
    cell = new Cell(problem.experts(), problem.devices(), most);
    solver = new CellSolver(problem, options, most);
    groups = new GroupPartition(problem.groups(), problem.nodes());
    members = new int[problem.experts()];
    local = new int[problem.experts()];
    oldLocal = new int[problem.totalSlots()];
    previous = problem.previous().orElse(null);
    forecast = problem.history().length == 0 ? null : new LoadForecast(windows(problem));
    budget = new MoveBudget(problem);
    slotExpert = new int[layers][problem.totalSlots()];
    counts = new int[layers][problem.experts()];
    replicaWeights = new double[layers][problem.totalSlots()];
    seconds = new double[layers];
    ideal = new double[layers];
    bound = new double[layers];
  }

  private static boolean affine(BalanceProblem problem) {
    for (int d = 0; d < problem.devices(); d++) {
      if (problem.fixedSeconds(d) > 0) {
        return true;
      }
    }
    return false;
  }

  private static double[][][] windows(BalanceProblem problem) {
    double[][][] earlier = problem.history();
    double[][][] all = Arrays.copyOf(earlier, earlier.length + 1);
    double[][] last = new double[problem.layers()][];
    for (int l = 0; l < last.length; l++) {
      last[l] = problem.weights(l);
    }
    all[earlier.length] = last;
    return all;
  }

  BalanceResult solve() {
    if (open == null) {
      cell.setDevices(problem, 0, problem.devices());
    }
    double balance = 0;
    double limit = 0;
    int loaded = 0;
    survey();
    for (int l = 0; l < problem.layers(); l++) {
      if (open != null) {
        open(l, open);
      } else if (problem.hierarchical()) {
        byNode(l);
      } else {
        whole(l);
      }
      if (Arrays.stream(problem.weights(l)).anyMatch(w -> w > 0)) {
        balance += ideal[l] / seconds[l];
        limit += ideal[l] / bound[l];
        loaded++;
      }
    }
    int moves = problem.previous().map(old -> Moves.count(problem, old, slotExpert)).orElse(0);
    return new BalanceResult(
        slotExpert,
        counts,
        replicaWeights,
        seconds,
        ideal,
        bound,
        balance / loaded,
        limit / loaded,
        moves);
  }

  /** With a placement in force: what each layer needs, to divide the copies. */
  private void survey() {
    boolean unlimited = open != null && problem.maxMoves() < 0;
    if (previous == null || unlimited) {
      return;
    }
    for (int l = 0; l < problem.layers(); l++) {
      if (open != null) {
        open.survey(expected(l), previous[l], l, budget);
      } else if (problem.hierarchical()) {
        int perNode = problem.devices() / problem.nodes();
        int firstSlot = 0;
        partition(l, problem.experts() / problem.groups(), perNode);
        for (int n = 0; n < problem.nodes(); n++) {
          enter(l, n);
          need(l, firstSlot);
          firstSlot += cell.slots;
        }
      } else {
        enter(l);
        need(l, 0);
      }
    }
    budget.open();
  }

  private void need(int l, int firstSlot) {
    int copies = Inheritance.take(cell, translated(l), firstSlot);
    cell.refresh();
    budget.need(l, copies, cell.ideal > 0 ? cell.makespan() / cell.ideal - 1 : 0);
  }

  /** The previous row in the numbers of the cell's experts. */
  private int[] translated(int l) {
    int[] row = Objects.requireNonNull(previous)[l];
    if (!problem.hierarchical()) {
      return row;
    }
    Arrays.fill(local, -1);
    for (int e = 0; e < cell.experts; e++) {
      local[members[e]] = e;
    }
    for (int s = 0; s < row.length; s++) {
      oldLocal[s] = local[row[s]];
    }
    return oldLocal;
  }

  private int place(int l, int firstSlot, int spent) {
    if (previous == null) {
      solver.solve(cell);
      return 0;
    }
    int copies =
        solver.amend(
            cell, later(l), translated(l), firstSlot, budget.of(l) - spent, problem.maxMoves() < 0);
    return spent + copies;
  }

  private void enter(int l) {
    double[] w = expected(l);
    System.arraycopy(w, 0, cell.weight, 0, w.length);
    cell.setExperts(w.length);
  }

  /** The loads that a layer is planned for. */
  private double[] expected(int l) {
    return forecast == null ? problem.weights(l) : forecast.ahead(l, 1);
  }

  /** The loads further on, in the order of the cell's experts, when they are known to change. */
  private double @Nullable [] later(int l) {
    if (forecast == null || !forecast.trending()) {
      return null;
    }
    double[] all = forecast.ahead(l, HORIZON);
    if (!problem.hierarchical()) {
      return all;
    }
    double[] own = new double[cell.experts];
    for (int e = 0; e < own.length; e++) {
      own[e] = all[members[e]];
    }
    return own;
  }

  private void enter(int l, int node) {
    int perNode = problem.devices() / problem.nodes();
    int number = gather(l, node, problem.experts() / problem.groups());
    cell.setDevices(problem, node * perNode, perNode);
    cell.setExperts(number);
  }

  private void whole(int l) {
    enter(l);
    budget.spent(l, place(l, 0, 0));
    store(l, 0, null);
    if (affine && !charged(l)) {
      ideal[l] = AffineBound.seconds(problem, problem.weights(l));
      bound[l] = Math.max(ideal[l], solver.chargedBoundSeconds(problem, cell));
      seconds[l] = chargedSeconds(l);
    } else {
      ideal[l] = cell.ideal;
      bound[l] = solver.boundSeconds(cell, forecast != null);
    }
  }

  private void open(int l, OpenSolver solver) {
    int[] old = previous == null ? null : previous[l];
    Residence solved = solver.solve(expected(l), old, problem.maxMoves() < 0 ? -1 : budget.of(l));
    solved.store(slotExpert[l], replicaWeights[l], counts[l]);
    if (old != null) {
      budget.spent(l, Moves.of(problem, old, slotExpert[l]));
    }
    ideal[l] = AffineBound.seconds(problem, problem.weights(l));
    bound[l] = forecast == null ? solver.boundSeconds() : ideal[l];
    seconds[l] = chargedSeconds(l);
  }

  /** Whether every slot surely gets tokens, and so costs its fixed time. */
  private boolean charged(int l) {
    return split == Split.EVEN && Arrays.stream(problem.weights(l)).allMatch(w -> w > 0);
  }

  /** The time of the slowest device under the loads of the problem. */
  private double chargedSeconds(int l) {
    double[] w = problem.weights(l);
    double slowest = 0;
    int slot = 0;
    for (int d = 0; d < problem.devices(); d++) {
      double tokens = 0;
      double fixed = 0;
      for (int k = 0; k < problem.slots(d); k++, slot++) {
        int e = slotExpert[l][slot];
        double got = e < 0 ? 0 : w[e] * replicaWeights[l][slot];
        tokens += got;
        fixed += got > 0 ? problem.fixedSeconds(d) : 0;
      }
      slowest = Math.max(slowest, fixed + tokens / problem.speed(d));
    }
    return slowest;
  }

  private void byNode(int l) {
    double[] w = problem.weights(l);
    int perNode = problem.devices() / problem.nodes();
    int size = w.length / problem.groups();
    double total = partition(l, size, perNode);
    int firstSlot = 0;
    int spent = 0;
    bound[l] = Math.max(groups.boundSeconds(), solver.groupBound(cell, problem, l));
    for (int n = 0; n < problem.nodes(); n++) {
      enter(l, n);
      spent = place(l, firstSlot, spent);
      store(l, firstSlot, members);
      firstSlot += cell.slots;
    }
    budget.spent(l, spent);
    cell.setDevices(problem, 0, problem.devices());
    if (affine && !charged(l)) {
      ideal[l] = AffineBound.seconds(problem, w);
      seconds[l] = chargedSeconds(l);
    } else {
      ideal[l] = cell.level(total);
    }
    bound[l] = Math.max(bound[l], ideal[l]);
  }

  private double partition(int l, int size, int perNode) {
    double[] w = problem.weights(l);
    double total = 0;
    for (int g = 0; g < problem.groups(); g++) {
      double sum = 0;
      for (int e = g * size; e < (g + 1) * size; e++) {
        sum += w[e];
      }
      groups.setLoad(g, sum);
      total += sum;
    }
    for (int n = 0; n < problem.nodes(); n++) {
      double speed = 0;
      for (int d = n * perNode; d < (n + 1) * perNode; d++) {
        speed += problem.speed(d);
      }
      groups.setSpeed(n, speed);
    }
    groups.run();
    if (previous != null) {
      double slack = problem.maxMoves() >= 0 ? Double.POSITIVE_INFINITY : REGROUP;
      groups.adopt(homes(previous[l], size), slack);
    }
    return total;
  }

  /** The node of each group in a placement; -1 where the group is on several. */
  private int[] homes(int[] row, int size) {
    int[] home = new int[problem.groups()];
    Arrays.fill(home, NOWHERE);
    int slot = 0;
    for (int d = 0; d < problem.devices(); d++) {
      int node = d / (problem.devices() / problem.nodes());
      for (int k = 0; k < problem.slots(d); k++) {
        int g = row[slot++] / size;
        home[g] = home[g] == NOWHERE || home[g] == node ? node : -1;
      }
    }
    return home;
  }

  private int gather(int l, int node, int size) {
    double[] w = expected(l);
    int n = 0;
    for (int g = 0; g < problem.groups(); g++) {
      if (groups.nodeOf(g) == node) {
        for (int e = g * size; e < (g + 1) * size; e++) {
          members[n] = e;
          cell.weight[n++] = w[e];
        }
      }
    }
    return n;
  }

  /** From the loads that were planned for to those of the last window, shares unchanged. */
  private void observe(int l, int @Nullable [] names) {
    double[] w = problem.weights(l);
    for (int s = 0; s < cell.slots; s++) {
      int e = cell.slotExpert[s];
      double planned = cell.weight[e];
      double share = planned > 0 ? cell.slotLoad[s] / planned : 1.0 / cell.count[e];
      cell.slotLoad[s] = share * w[names == null ? e : names[e]];
    }
    for (int e = 0; e < cell.experts; e++) {
      cell.weight[e] = w[names == null ? e : names[e]];
    }
    cell.setExperts(cell.experts);
    cell.retime();
  }

  private void store(int l, int firstSlot, int @Nullable [] names) {
    if (forecast != null) {
      observe(l, names);
    }
    int[] row = slotExpert[l];
    double[] shares = replicaWeights[l];
    for (int s = 0; s < cell.slots; s++) {
      int e = cell.slotExpert[s];
      row[firstSlot + s] = names == null ? e : names[e];
      double w = cell.weight[e];
      shares[firstSlot + s] = w > 0 ? cell.slotLoad[s] / w : 1.0 / cell.count[e];
    }
    for (int e = 0; e < cell.experts; e++) {
      counts[l][names == null ? e : names[e]] = cell.count[e];
    }
    seconds[l] = Math.max(seconds[l], cell.makespan());
  }
}
