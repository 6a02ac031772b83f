package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds chains in which every stage passes at least some rate. For each group of devices the
 * longest stage that does is taken, of one device or of several side by side, whichever holds more
 * layers for each device; chains are filled group by group, and the last one is trimmed to the
 * model. Integer counts of types replace devices, so no choice between equal devices is ever made.
 */
final class ChainBuilder {
  private final StageProblem problem;
  private final Pool pool;

  ChainBuilder(StageProblem problem, Pool pool) {
    this.problem = problem;
    this.pool = pool;
  }

  /** A stage form of a group: devices side by side, and layers. */
  private record Form(int devices, int length) {}

  /** The form that holds most layers for each device, or null when none passes the rate. */
  private @Nullable Form form(Pool.Group group, double rate, int available) {
    double[] rates = problem.kinds().get(group.kind()).tokensPerSecond();
    int most = Math.min(rates.length - 1, problem.layers());
    Form best = null;
    for (int k = most; k >= 1; k--) {
      int devices = (int) Math.ceil(rate / rates[k] * (1 - 1e-12));
      if (devices <= available
          && (best == null || (long) k * best.devices > (long) best.length * devices)) {
        best = new Form(devices, k);
      }
    }
    return best;
  }

  /** Layers that the pool can hold in stages of a rate: a quick test before building. */
  int capacity(double rate, int[] used) {
    int sum = 0;
    for (int g = 0; g < pool.groups().size(); g++) {
      int free = pool.groups().get(g).devices().length - used[g];
      Form form = form(pool.groups().get(g), rate, free);
      sum += form == null ? 0 : free / form.devices * form.length;
    }
    return sum;
  }

  /** Adds a number of chains of a rate; false when they do not fit, the layout then is spoilt. */
  boolean add(Layout layout, int[] used, double rate, int chains) {
    for (int c = 0; c < chains; c++) {
      if (!addOne(layout, used, rate)) {
        return false;
      }
    }
    return true;
  }

  private boolean addOne(Layout layout, int[] used, double rate) {
    List<Layout.Stage> chain = new ArrayList<>();
    List<Integer> groupOf = new ArrayList<>();
    int held = 0;
    for (int g = 0; g < pool.groups().size() && held < problem.layers(); g++) {
      Pool.Group group = pool.groups().get(g);
      Form form = form(group, rate, group.devices().length - used[g]);
      while (form != null
          && used[g] + form.devices <= group.devices().length
          && held < problem.layers()) {
        int[] devices = new int[form.devices];
        System.arraycopy(group.devices(), used[g], devices, 0, form.devices);
        used[g] += form.devices;
        chain.add(new Layout.Stage(form.length, devices));
        groupOf.add(g);
        held += form.length;
      }
    }
    if (held < problem.layers() || !trim(chain, rate, held - problem.layers())) {
      return false;
    }
    layout.chains.add(chain);
    return true;
  }

  /** Shortens stages by so many layers in all, each to a length that still passes the rate. */
  private boolean trim(List<Layout.Stage> chain, double rate, int excess) {
    int[][] cut = new int[chain.size() + 1][excess + 1];
    boolean[] reached = new boolean[excess + 1];
    reached[0] = true;
    for (int s = 0; s < chain.size(); s++) {
      boolean[] next = reached.clone();
      Layout.Stage stage = chain.get(s);
      double[] rates = problem.kind(stage.devices[0]).tokensPerSecond();
      for (int less = 1; less < stage.length && less <= excess; less++) {
        if (rates[stage.length - less] * stage.devices.length >= rate * (1 - 1e-12)) {
          for (int e = excess; e >= less; e--) {
            if (!next[e] && reached[e - less]) {
              next[e] = true;
              cut[s + 1][e] = less;
            }
          }
        }
      }
      reached = next;
    }
    if (!reached[excess]) {
      return false;
    }
    int left = excess;
    for (int s = chain.size(); s >= 1 && left > 0; s--) {
      chain.get(s - 1).length -= cut[s][left];
      left -= cut[s][left];
    }
    return left == 0;
  }

  /** Gives the devices that no chain uses to the layout as idle ones. */
  void finish(Layout layout, int[] used) {
    for (int g = 0; g < pool.groups().size(); g++) {
      int[] devices = pool.groups().get(g).devices();
      for (int i = used[g]; i < devices.length; i++) {
        layout.idle.add(devices[i]);
      }
    }
  }
}
