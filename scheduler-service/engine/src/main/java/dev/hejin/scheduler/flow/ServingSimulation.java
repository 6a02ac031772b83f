package dev.hejin.scheduler.flow;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Serves seeded requests on a plan, request by request, and counts. Own model of serving as Helix
 * (ASPLOS 2025, sections 5 and 6) describes it: requests are routed once, by flow, where KV cache
 * has room for prompt and mean answer; each device runs one batch at a time through all its layers,
 * at most one prompt and all waiting decode steps in it; a link sends one message after another.
 * The cluster is full at the start: requests are in the middle of their answers.
 *
 * <p>Prompts delay the decode steps behind them, stage after stage, unless these take another
 * device: that, the KV room and the round trip decide what is served, and a maximum flow sees none
 * of them.
 */
final class ServingSimulation {
  private static final int REFUSALS = 24;
  private static final int DEVICE_EVENT = 1;
  private static final double STEP_CLASS = (Math.sqrt(5) - 1) / 2;
  private static final double STEP_PROMPT = Math.sqrt(2) - 1;
  private static final double STEP_OUTPUT = Math.sqrt(3) - 1;
  private static final double STEP_AGE = Math.sqrt(7) - 2;
  private static final double STEP_PHASE = Math.sqrt(11) - 3;

  private final StageProblem problem;
  private final PlanFlow flow;
  private final Workload workload;
  private final double[] classUpTo;
  private final double[] residentUpTo;
  private final EventQueue events = new EventQueue();
  private final int n;

  // Requests, by slot; slots are used again.
  private int[] prompt = new int[64];
  private int[] left = new int[64];
  private boolean[] inPrompt = new boolean[64];
  private int[] hop = new int[64];
  private int[][] route = new int[64][];
  private int[] spare = new int[64];
  private int slots;
  private int spares;

  // Devices.
  private final int[] layers;
  private final double[] room;
  private final double[] reserve;
  private final int[][] waiting;
  private final int[] waits;
  private final int[][] batch;
  private final int[] batched;
  private final boolean[] busy;
  private double[] linkFree = {};
  private KvSegments segments = new KvSegments();

  private RoutedPlan plan;
  private long drawn;
  private double now;
  private long handled;
  private long decoded;
  private long prompted;

  ServingSimulation(StageProblem problem, Workload workload) {
    this.problem = problem;
    this.workload = workload;
    flow = new PlanFlow(problem);
    n = problem.devices();
    layers = new int[n];
    room = new double[n];
    reserve = new double[n];
    waiting = new int[n][16];
    waits = new int[n];
    batch = new int[n][16];
    batched = new int[n];
    busy = new boolean[n];
    classUpTo = shares(false);
    residentUpTo = shares(true);
    plan = new RoutedPlan(problem, flow, none(), none());
  }

  private int[] none() {
    int[] none = new int[n];
    Arrays.fill(none, -1);
    return none;
  }

  private double[] shares(boolean byResidence) {
    double[] upTo = new double[workload.classes().size()];
    double sum = 0;
    for (int c = 0; c < upTo.length; c++) {
      Workload.RequestClass one = workload.classes().get(c);
      sum += one.share() * (byResidence ? one.outputTokens() : 1);
      upTo[c] = sum;
    }
    for (int c = 0; c < upTo.length; c++) {
      upTo[c] /= sum;
    }
    return upTo;
  }

  /** What one run counted: tokens a second, and the events that it took. */
  record Served(
      double decodeTokensPerSecond, double promptTokensPerSecond, double seconds, long events) {}

  /**
   * Serves for so many events; the first quarter is not counted.
   *
   * @param start first layer of each device, -1 for none
   */
  Served run(int[] start, int[] end, long most, long seed) {
    prepare(start, end, seed);
    if (plan.tokensPerSecond <= 0) {
      return new Served(0, 0, 0, 0);
    }
    fill();
    double from = 0;
    while (!events.isEmpty() && handled < most) {
      now = events.time();
      if (handled == most / 4) {
        from = now;
        decoded = 0;
        prompted = 0;
      }
      handled++;
      int event = events.next();
      if ((event & DEVICE_EVENT) == 0) {
        arrive(event >> 1);
      } else {
        finishBatch(event >> 1);
      }
    }
    double seconds = now - from;
    return seconds > 0
        ? new Served(decoded / seconds, prompted / seconds, seconds, handled)
        : new Served(0, 0, 0, handled);
  }

  private void prepare(int[] start, int[] end, long seed) {
    plan = new RoutedPlan(problem, flow, start, end);
    drawn = 1 + (seed & 0xFFFF) * 1009;
    events.clear();
    now = 0;
    handled = 0;
    decoded = 0;
    prompted = 0;
    slots = 0;
    spares = 0;
    linkFree = new double[plan.to.length];
    for (int i = 0; i < n; i++) {
      waits[i] = 0;
      batched[i] = 0;
      busy[i] = false;
      layers[i] = Math.max(0, end[i] - start[i]);
      double capacity = layers[i] == 0 ? 0 : problem.kind(i).kvPerLayer(layers[i]) * layers[i];
      reserve[i] = (1 - workload.deviceFill()) * capacity;
      room[i] = capacity - reserve[i];
    }
    segments = new KvSegments(problem, start, end);
  }

  /** Takes requests in until the cluster is full, each somewhere in its answer. */
  private void fill() {
    int refused = 0;
    while (refused < REFUSALS && segments.fullest(room, reserve) <= workload.feedFill()) {
      if (admit(true)) {
        refused = 0;
      } else {
        refused++;
      }
    }
  }

  private boolean admit(boolean resident) {
    double[] upTo = resident ? residentUpTo : classUpTo;
    drawn++;
    double draw = even(STEP_CLASS);
    int c = 0;
    while (c < upTo.length - 1 && draw > upTo[c]) {
      c++;
    }
    Workload.RequestClass kind = workload.classes().get(c);
    int length = varied(kind.promptTokens(), kind.spread(), STEP_PROMPT);
    int output = varied(kind.outputTokens(), kind.spread(), STEP_OUTPUT);
    int slot = slot();
    int[] way = way(slot, length);
    if (way == null) {
      spare[spares++] = slot;
      return false;
    }
    prompt[slot] = length;
    inPrompt[slot] = !resident;
    left[slot] = resident ? 1 + (int) (even(STEP_AGE) * output) : output;
    route[slot] = way;
    hop[slot] = 0;
    send(slot, resident ? even(STEP_PHASE) : now);
    return true;
  }

  private int varied(int mean, double spread, double step) {
    return Math.max(1, (int) Math.round(mean * (1 + spread * (2 * even(step) - 1))));
  }

  /** Evenly spread numbers in [0, 1): multiples of roots, so that short runs see the whole mix. */
  private double even(double step) {
    double value = drawn * step;
    return value - Math.floor(value);
  }

  private int slot() {
    if (spares > 0) {
      return spare[--spares];
    }
    if (slots == prompt.length) {
      int size = 2 * slots;
      prompt = Arrays.copyOf(prompt, size);
      left = Arrays.copyOf(left, size);
      inPrompt = Arrays.copyOf(inPrompt, size);
      hop = Arrays.copyOf(hop, size);
      route = Arrays.copyOf(route, size);
      spare = Arrays.copyOf(spare, size);
    }
    return slots++;
  }

  private double reserved(int length) {
    return length + workload.meanOutput();
  }

  /** The links of a request, with its KV cache reserved; null when some stage is full. */
  private int @Nullable [] way(int slot, int length) {
    int[] way = route[slot] == null || route[slot].length != n + 1 ? new int[n + 1] : route[slot];
    int node = n;
    int hops = 0;
    do {
      int link = plan.choose(node, length, reserved(length), room, layers);
      if (link < 0) {
        for (int h = 0; h < hops; h++) {
          plan.charge(way[h], -length);
        }
        return null;
      }
      plan.charge(link, length);
      way[hops++] = link;
      node = plan.to[link];
    } while (node != n);
    for (int h = 0; h < hops - 1; h++) {
      int device = plan.to[way[h]];
      room[device] -= reserved(length) * layers[device];
    }
    return way;
  }

  private void send(int slot, double at) {
    int link = route[slot][hop[slot]];
    int from = hop[slot] == 0 ? n : plan.to[route[slot][hop[slot] - 1]];
    int to = plan.to[link];
    double bytes = from == n || to == n ? problem.tokenBytes() : problem.activationBytes();
    double tokens = inPrompt[slot] ? prompt[slot] : 1;
    double begin = Math.max(at, linkFree[link]);
    double sent = begin + bytes * tokens / problem.network().bytesPerSecond(from, to);
    linkFree[link] = sent;
    events.add(sent + problem.network().latencySeconds(from, to), slot << 1);
  }

  private void arrive(int slot) {
    int node = plan.to[route[slot][hop[slot]]];
    if (node == n) {
      answer(slot);
      return;
    }
    if (waits[node] == waiting[node].length) {
      waiting[node] = Arrays.copyOf(waiting[node], 2 * waits[node]);
    }
    waiting[node][waits[node]++] = slot;
    startBatch(node);
  }

  private void answer(int slot) {
    boolean wasPrompt = inPrompt[slot];
    if (wasPrompt) {
      prompted += prompt[slot];
      inPrompt[slot] = false;
    } else {
      decoded++;
      left[slot]--;
    }
    boolean finished = left[slot] <= 0;
    if (finished) {
      int hops = hop[slot];
      for (int h = 0; h < hops; h++) {
        int device = plan.to[route[slot][h]];
        room[device] += reserved(prompt[slot]) * layers[device];
      }
      spare[spares++] = slot;
    } else {
      int hops = hop[slot];
      for (int h = 0; h <= hops; h++) {
        plan.charge(route[slot][h], 1);
      }
      hop[slot] = 0;
      send(slot, now);
    }
    if ((wasPrompt || finished) && segments.fullest(room, reserve) <= workload.feedFill()) {
      admit(false);
    }
  }

  private void startBatch(int node) {
    if (busy[node] || waits[node] == 0) {
      return;
    }
    int kept = 0;
    int promptTokens = 0;
    int decodes = 0;
    batched[node] = 0;
    if (batch[node].length < waits[node]) {
      batch[node] = new int[2 * waits[node]];
    }
    for (int i = 0; i < waits[node]; i++) {
      int slot = waiting[node][i];
      if (inPrompt[slot] && promptTokens > 0) {
        waiting[node][kept++] = slot;
      } else {
        batch[node][batched[node]++] = slot;
        if (inPrompt[slot]) {
          promptTokens = prompt[slot];
        } else {
          decodes++;
        }
      }
    }
    waits[node] = kept;
    busy[node] = true;
    DeviceKind.Serving times = problem.kind(node).serving();
    double layer = 0;
    if (times != null) {
      layer += promptTokens > 0 ? times.prompt().at(promptTokens) : 0;
      layer += decodes > 0 ? times.decode().at(Math.max(2, decodes)) : 0;
    }
    events.add(now + layers[node] * layer, node << 1 | DEVICE_EVENT);
  }

  private void finishBatch(int node) {
    busy[node] = false;
    for (int i = 0; i < batched[node]; i++) {
      int slot = batch[node][i];
      hop[slot]++;
      send(slot, now);
    }
    startBatch(node);
  }
}
