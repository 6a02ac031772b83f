package dev.hejin.scheduler.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Devices in groups that the search may treat as one: same type, same site. A site is a set of
 * devices that fast links join, when the links of the pool differ enough to speak of sites.
 */
final class Pool {
  /** Links that differ by less are one speed. */
  private static final double FAR = 4;

  /** Devices of one type on one site, ascending. */
  record Group(int kind, int site, int[] devices) {}

  private final StageProblem problem;
  private final int[] siteOf;
  private final List<Group> groups = new ArrayList<>();
  private final int sites;

  Pool(StageProblem problem) {
    this.problem = problem;
    siteOf = new int[problem.devices()];
    sites = findSites();
    for (int site = 0; site < sites; site++) {
      for (int kind = 0; kind < problem.kinds().size(); kind++) {
        int[] members = members(kind, site);
        if (members.length > 0) {
          groups.add(new Group(kind, site, members));
        }
      }
    }
  }

  /** By site, fast types first within a site as the problem lists them. */
  List<Group> groups() {
    return groups;
  }

  int sites() {
    return sites;
  }

  int siteOf(int device) {
    return siteOf[device];
  }

  private int[] members(int kind, int site) {
    int[] found = new int[siteOf.length];
    int n = 0;
    for (int i = 0; i < siteOf.length; i++) {
      if (siteOf[i] == site && problem.kindOf()[i] == kind) {
        found[n++] = i;
      }
    }
    return Arrays.copyOf(found, n);
  }

  private int findSites() {
    Network network = problem.network();
    int n = problem.devices();
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double rate = network.tokensPerSecond(i, j);
        if (i != j && rate > 0) {
          least = Math.min(least, rate);
          most = Math.max(most, rate);
        }
      }
    }
    double threshold = most <= FAR * least ? least : Math.sqrt(least * most);
    Arrays.fill(siteOf, -1);
    int count = 0;
    int[] queue = new int[n];
    for (int seed = 0; seed < n; seed++) {
      if (siteOf[seed] < 0) {
        int tail = 0;
        queue[tail++] = seed;
        siteOf[seed] = count;
        for (int head = 0; head < tail; head++) {
          for (int j = 0; j < n; j++) {
            boolean near =
                Math.max(
                        network.tokensPerSecond(queue[head], j),
                        network.tokensPerSecond(j, queue[head]))
                    >= threshold;
            if (siteOf[j] < 0 && near) {
              siteOf[j] = count;
              queue[tail++] = j;
            }
          }
        }
        count++;
      }
    }
    return count;
  }
}
