package dev.hejin.scheduler.flow;

import java.util.Arrays;

/**
 * Decode tokens a second that a plan would serve, estimated in closed form: requests whose KV cache
 * fits, over the time of one round trip.
 *
 * <p>Requests in flight: the fullest layer's KV cache up to the admission level, over the tokens
 * that a request holds. Round trip: over devices, weighted by the share of requests that visit
 * them, the time of a batch through all layers, half of one for waiting, and delay by prompts. A
 * decode step that meets a prompt on a device or link (probability: the share of time that it
 * spends on prompts) follows it from device to device, since a prompt is slower, until prompt and
 * step take different ways. Throughput and batch sizes depend on each other; they are iterated.
 */
final class ServingEstimate implements Score {
  private static final int ROUNDS = 6;
  private static final int BATCH_ROUNDS = 5;
  private static final double BUSIEST = 0.97;
  private static final double WAITING = 1.5;

  private final StageProblem problem;
  private final Workload workload;
  private final PlanFlow flow;
  private final double[] promptSeconds;
  private final double[] follow;
  private final int[] byStart;
  private final int[] linkFirst;
  private int[] linkOf = {};
  private double total;

  ServingEstimate(StageProblem problem, Workload workload) {
    this.problem = problem;
    this.workload = workload;
    flow = new PlanFlow(problem);
    int n = problem.devices();
    follow = new double[n + 1];
    byStart = new int[n];
    linkFirst = new int[n + 2];
    promptSeconds = new double[problem.kinds().size()];
    for (int kind = 0; kind < promptSeconds.length; kind++) {
      DeviceKind.Serving times = problem.kinds().get(kind).serving();
      promptSeconds[kind] = times == null ? 0 : times.prompt().at(workload.meanPrompt());
    }
  }

  @Override
  public double of(int[] start, int[] end) {
    total = flow.of(start, end);
    if (total <= 0) {
      return 0;
    }
    double requests = requests(start, end);
    int used = order(start);
    sortLinks();
    double output = workload.meanOutput();
    double rate = requests / 2;
    for (int round = 0; round < ROUNDS; round++) {
      double[] times = roundTrip(start, end, used, rate);
      double next = requests / (times[0] + times[1] / output);
      rate = round == 0 ? next : Math.sqrt(rate * next);
    }
    return rate;
  }

  /** Requests that fit: where the fullest layer is at the admission level. */
  private double requests(int[] start, int[] end) {
    double[] all = new double[problem.layers() + 1];
    double[] reachable = new double[problem.layers() + 1];
    for (int i = 0; i < problem.devices(); i++) {
      if (start[i] >= 0) {
        double kv = problem.kind(i).kvPerLayer(end[i] - start[i]);
        all[start[i]] += kv;
        all[end[i]] -= kv;
        if (flow.deviceFlow(i) > 0) {
          reachable[start[i]] += kv;
          reachable[end[i]] -= kv;
        }
      }
    }
    double least = Double.POSITIVE_INFINITY;
    double sumAll = 0;
    double sumReachable = 0;
    for (int l = 0; l < problem.layers(); l++) {
      sumAll += all[l];
      sumReachable += reachable[l];
      least = Math.min(least, sumAll * workload.feedFill());
      least = Math.min(least, sumReachable * workload.deviceFill());
    }
    return least / workload.residentTokens();
  }

  private int order(int[] start) {
    int used = 0;
    for (int i = 0; i < problem.devices(); i++) {
      if (start[i] >= 0 && flow.deviceFlow(i) > 0) {
        int at = used++;
        while (at > 0 && start[byStart[at - 1]] > start[i]) {
          byStart[at] = byStart[at - 1];
          at--;
        }
        byStart[at] = i;
      }
    }
    return used;
  }

  private void sortLinks() {
    Arrays.fill(linkFirst, 0);
    for (int l = 0; l < flow.links(); l++) {
      linkFirst[flow.from(l) + 1]++;
    }
    for (int i = 1; i < linkFirst.length; i++) {
      linkFirst[i] += linkFirst[i - 1];
    }
    if (linkOf.length < flow.links()) {
      linkOf = new int[2 * flow.links()];
    }
    int[] at = linkFirst.clone();
    for (int l = 0; l < flow.links(); l++) {
      linkOf[at[flow.from(l)]++] = l;
    }
  }

  /** Seconds of a decode step and of a prompt from source to sink, at some decode rate. */
  private double[] roundTrip(int[] start, int[] end, int used, double rate) {
    Arrays.fill(follow, 0);
    double[] seconds = new double[2];
    double requestRate = rate / workload.meanOutput();
    pass(problem.devices(), 0, total, requestRate, seconds);
    for (int o = 0; o < used; o++) {
      int i = byStart[o];
      double share = flow.deviceFlow(i) / total;
      int k = end[i] - start[i];
      double prompt = k * promptSeconds[problem.kindOf()[i]];
      double busy = Math.min(BUSIEST, requestRate * share * prompt);
      double batch = batchTime(i, k, rate * share, busy);
      double met = follow[i];
      seconds[0] += share * (WAITING * batch + (met + (1 - met) * busy / 2) * prompt);
      seconds[1] += share * (1 + busy) * (prompt + batch);
      pass(i, met + (1 - met) * busy, flow.deviceFlow(i), requestRate, seconds);
    }
    return seconds;
  }

  /** Adds the time on the links of a node; tells the next devices who arrives behind a prompt. */
  private void pass(int node, double behind, double through, double requestRate, double[] seconds) {
    Network network = problem.network();
    int coordinator = network.coordinator();
    for (int at = linkFirst[node]; at < linkFirst[node + 1]; at++) {
      int l = linkOf[at];
      double tokens = flow.linkFlow(l);
      int to = flow.to(l);
      if (tokens <= 0) {
        continue;
      }
      double bytes =
          node == coordinator || to == coordinator
              ? problem.tokenBytes()
              : problem.activationBytes();
      double prompt = bytes * workload.meanPrompt() / network.bytesPerSecond(node, to);
      double share = tokens / total;
      double busy = Math.min(BUSIEST, requestRate * share * prompt);
      double met = behind * tokens / through;
      seconds[0] +=
          share * (network.latencySeconds(node, to) + (met + (1 - met) * busy / 2) * prompt);
      seconds[1] += share * (network.latencySeconds(node, to) + prompt);
      if (to != coordinator) {
        follow[to] += tokens / flow.deviceFlow(to) * (met + (1 - met) * busy);
      }
    }
  }

  /** Seconds of one batch of the decode steps that come meanwhile, through k layers. */
  private double batchTime(int device, int k, double stepRate, double busy) {
    DeviceKind.Serving times = problem.kind(device).serving();
    if (times == null) {
      return 0;
    }
    double batch = 2;
    double seconds = 0;
    for (int i = 0; i < BATCH_ROUNDS; i++) {
      seconds = k * times.decode().at(Math.max(2, batch));
      batch = (batch + stepRate * seconds / (1 - busy)) / 2;
    }
    return seconds;
  }
}
