package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.List;

/**
 * A pool made smaller: every so many devices of a group become one. A layout for it is one for the
 * whole pool with as many devices side by side; what does not divide is left over, idle at first.
 */
final class SmallPool {
  private final StageProblem problem;
  private final int[][] members;
  private final int[] left;

  /** The pool with one device for every {@code factor} of a group. */
  SmallPool(StageProblem whole, Pool pool, int factor) {
    List<int[]> found = new ArrayList<>();
    List<Integer> rest = new ArrayList<>();
    for (Pool.Group group : pool.groups()) {
      int[] devices = group.devices();
      int groups = devices.length / factor;
      for (int g = 0; g < groups; g++) {
        int[] some = new int[factor];
        System.arraycopy(devices, g * factor, some, 0, factor);
        found.add(some);
      }
      for (int i = groups * factor; i < devices.length; i++) {
        rest.add(devices[i]);
      }
    }
    members = found.toArray(int[][]::new);
    left = rest.stream().mapToInt(Integer::intValue).toArray();
    int[] kindOf = new int[members.length];
    Network network = new Network(members.length);
    for (int i = 0; i < members.length; i++) {
      kindOf[i] = whole.kindOf()[members[i][0]];
      for (int j = 0; j <= members.length; j++) {
        if (i != j) {
          int other = j == members.length ? whole.network().coordinator() : members[j][0];
          copy(whole.network(), network, members[i][0], other, i, j);
          copy(whole.network(), network, other, members[i][0], j, i);
        }
      }
    }
    problem =
        new StageProblem(
            whole.layers(),
            whole.activationBytes(),
            whole.tokenBytes(),
            whole.kinds(),
            kindOf,
            network);
  }

  private static void copy(Network from, Network to, int a, int b, int i, int j) {
    if (from.tokensPerSecond(a, b) > 0) {
      to.link(
          i, j, from.tokensPerSecond(a, b), from.bytesPerSecond(a, b), from.latencySeconds(a, b));
    }
  }

  /**
   * The largest factor that leaves at least so many devices and room for a model and a half; 1 for
   * small pools.
   */
  static int factor(StageProblem problem, Pool pool, int devices) {
    for (int factor = problem.devices() / devices; factor > 1; factor--) {
      long room = 0;
      for (Pool.Group group : pool.groups()) {
        room +=
            (long) (group.devices().length / factor)
                * problem.kinds().get(group.kind()).maxLayers();
      }
      if (2 * room >= 3L * problem.layers()) {
        return factor;
      }
    }
    return 1;
  }

  StageProblem problem() {
    return problem;
  }

  /** The layout of the whole pool that a layout of the small one stands for. */
  Layout whole(Layout small) {
    Layout layout = new Layout();
    for (List<Layout.Stage> chain : small.chains) {
      List<Layout.Stage> stages = new ArrayList<>(chain.size());
      for (Layout.Stage stage : chain) {
        stages.add(expanded(stage));
      }
      layout.chains.add(stages);
    }
    layout.idle = expanded(small.idle);
    for (int device : left) {
      layout.idle.add(device);
    }
    return layout;
  }

  private Layout.Stage expanded(Layout.Stage stage) {
    Layout.Stage result = new Layout.Stage(stage.length);
    for (int device : stage.devices) {
      for (int member : members[device]) {
        result.add(member);
      }
    }
    return result;
  }
}
