package dev.hejin.scheduler.flow;

import java.util.Arrays;

/**
 * The maximum flow of a plan: source, devices that hold layer 0, then over links between devices
 * whose intervals follow each other, to the sink from devices that hold the last layer. A device
 * passes at most its rate with the layers that it holds (Helix, ASPLOS 2025, section 4).
 */
final class PlanFlow {
  private final StageProblem problem;
  private final MaxFlow flow = new MaxFlow();
  private final int[] startHead;
  private final int[] startNext;
  private int[] linkFrom = new int[64];
  private int[] linkTo = new int[64];
  private int[] linkEdge = new int[64];
  private int links;
  private final int[] deviceEdge;

  PlanFlow(StageProblem problem) {
    this.problem = problem;
    startHead = new int[problem.layers() + 1];
    startNext = new int[problem.devices()];
    deviceEdge = new int[problem.devices()];
  }

  /**
   * Tokens a second.
   *
   * @param start first layer of each device; negative when it holds none
   * @param end one past the last layer
   */
  double of(int[] start, int[] end) {
    int n = problem.devices();
    int layers = problem.layers();
    Network network = problem.network();
    int coordinator = network.coordinator();
    flow.reset(2 * n + 2);
    links = 0;
    Arrays.fill(startHead, -1);
    for (int i = 0; i < n; i++) {
      if (start[i] >= 0) {
        startNext[i] = startHead[start[i]];
        startHead[start[i]] = i;
      }
    }
    // Edges are taken newest first: added from the last device down, lower devices fill first.
    for (int i = n - 1; i >= 0; i--) {
      deviceEdge[i] = -1;
      if (start[i] < 0) {
        continue;
      }
      if (start[i] == 0) {
        link(coordinator, i, 2 * n, 2 * i);
      }
      if (end[i] == layers) {
        link(i, coordinator, 2 * i + 1, 2 * n + 1);
      } else {
        for (int j = startHead[end[i]]; j >= 0; j = startNext[j]) {
          link(i, j, 2 * i + 1, 2 * j);
        }
      }
      deviceEdge[i] = flow.edge(2 * i, 2 * i + 1, problem.rate(i, end[i] - start[i]));
    }
    return flow.run(2 * n, 2 * n + 1);
  }

  private void link(int from, int to, int fromNode, int toNode) {
    double capacity = problem.network().tokensPerSecond(from, to);
    if (capacity <= 0) {
      return;
    }
    if (links == linkFrom.length) {
      linkFrom = Arrays.copyOf(linkFrom, 2 * links);
      linkTo = Arrays.copyOf(linkTo, 2 * links);
      linkEdge = Arrays.copyOf(linkEdge, 2 * links);
    }
    linkFrom[links] = from;
    linkTo[links] = to;
    linkEdge[links++] = flow.edge(fromNode, toNode, capacity);
  }

  /** Links of the last plan. */
  int links() {
    return links;
  }

  int from(int link) {
    return linkFrom[link];
  }

  int to(int link) {
    return linkTo[link];
  }

  double linkFlow(int link) {
    return flow.flow(linkEdge[link]);
  }

  /** What flows through a device in the last plan. */
  double deviceFlow(int device) {
    return deviceEdge[device] < 0 ? 0 : flow.flow(deviceEdge[device]);
  }
}
