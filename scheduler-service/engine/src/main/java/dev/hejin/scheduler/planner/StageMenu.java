package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stages that the planner builds, for each number of microbatch tokens on a geometric grid from
 * 1 to the whole batch; measured when first asked for.
 */
final class StageMenu {
  private static final int STEPS_PER_DOUBLING = 4;

  /** Most reaches of a stage that are kept for later rounds. */
  private static final int REACHES = 1 << 17;

  private final PlanningContext context;
  private final List<DeviceKind> kinds;
  private final Map<String, StageKind.LayerBytes> bytes = new TreeMap<>();
  private final List<StageForm> whole = new ArrayList<>();
  private final StagePairs pairs;
  private final LayerClasses classes;
  private final double[] tokens;
  private final Map<Integer, List<StageKind>> stages = new TreeMap<>();
  private final Map<Long, double[][]> workspaces = new TreeMap<>();
  private final Map<Long, MemoryModel> memories = new TreeMap<>();
  private final Map<ReachKey, StageReach> reaches = new TreeMap<>();

  private record ReachKey(int position, double seconds, int count) implements Comparable<ReachKey> {
    @Override
    public int compareTo(ReachKey other) {
      return position != other.position
          ? Integer.compare(position, other.position)
          : count != other.count
              ? Integer.compare(count, other.count)
              : Double.compare(seconds, other.seconds);
    }
  }

  StageMenu(PlanningContext context, List<DeviceKind> kinds) {
    this.context = context;
    this.kinds = List.copyOf(kinds);
    this.classes = new LayerClasses(context.model().layers(), context.load());
    for (DeviceKind kind : kinds) {
      for (int tensor : kind.tensorSizes(context.request().options().mostTensorParallel())) {
        for (int devices : kind.builtSizes()) {
          if (kind.isBuilt(devices, tensor)) {
            whole.add(StageForm.of(kind, devices, tensor));
          }
        }
      }
    }
    this.pairs = new StagePairs(context, kinds, classes);
    double batch = context.batchTokens();
    int steps = (int) Math.ceil(STEPS_PER_DOUBLING * Math.log(batch) / Math.log(2));
    tokens = new double[steps + 1];
    Arrays.setAll(tokens, i -> Math.min(batch, Math.pow(2, (double) i / STEPS_PER_DOUBLING)));
  }

  List<DeviceKind> kinds() {
    return kinds;
  }

  int layers() {
    return context.layers();
  }

  /** Takes a step of the budget; false when none is left. */
  boolean take() {
    return context.budget().take();
  }

  /** Positions of the grid. */
  int positions() {
    return tokens.length;
  }

  double tokens(int position) {
    return tokens[position];
  }

  /** The position of a number of tokens of the grid. */
  int position(double ofTokens) {
    int position = Arrays.binarySearch(tokens, ofTokens);
    return position < 0 ? Math.min(-position - 1, tokens.length - 1) : position;
  }

  /** Stages of every kind and size that the planner builds. */
  List<StageKind> stages(int position) {
    return stages.computeIfAbsent(position, this::measured);
  }

  /** The stage of a form. */
  StageKind stage(int position, StageForm form) {
    for (StageKind stage : stages(position)) {
      if (stage.form().equals(form)) {
        return stage;
      }
    }
    return measured(form, position);
  }

  private List<StageKind> measured(int position) {
    List<StageForm> forms = new ArrayList<>(whole);
    forms.addAll(pairs.forms(tokens[position]));
    return forms.stream().map(form -> measured(form, position)).toList();
  }

  private StageKind measured(StageForm form, int position) {
    DeviceKind other = form.other();
    StageKind.LayerBytes first = bytes(form, form.kind());
    return new StageKind(
        context,
        form,
        first,
        other == null ? first : bytes(form, other),
        tokens[position],
        classes);
  }

  /** Bytes of layers on a kind in the formats of a form. */
  private StageKind.LayerBytes bytes(StageForm form, DeviceKind kind) {
    int tensor = form.tensorParallel();
    Precision dense = form.precision();
    Precision experts = form.expertPrecision();
    return bytes.computeIfAbsent(
        kind.index() + "*" + tensor + "," + dense + "," + experts,
        missing -> new StageKind.LayerBytes(context, kind.set(1).with(dense, experts), tensor));
  }

  /**
   * Workspace of a device of each stage of a position: without the head, and with it.
   *
   * @param count microbatches in flight
   */
  double[][] workspaceBytes(int position, int count) {
    return workspaces.computeIfAbsent(
        key(position, count),
        missing ->
            stages(position).stream()
                .map(stage -> workspaceBytes(stage, position, count))
                .toArray(double[][]::new));
  }

  /** The same for one stage. */
  double[] workspaceBytes(StageKind stage, int position, int count) {
    return stage.workspaceBytes(
        memories.computeIfAbsent(
            key(position, count), missing -> memory(tokens[position] * count)));
  }

  private static long key(int position, int count) {
    return position * 4096L + count;
  }

  /**
   * How far stages of a position reach.
   *
   * @param seconds that a stage may take for a microbatch
   * @param count microbatches in flight
   */
  StageReach reach(int position, double seconds, int count) {
    ReachKey key = new ReachKey(position, seconds, count);
    StageReach reach = reaches.get(key);
    if (reach == null) {
      reach =
          new StageReach(
              stages(position),
              seconds,
              tokens[position] * count,
              workspaceBytes(position, count),
              layers());
      if ((long) reaches.size() * stages(position).size() < REACHES) {
        reaches.put(key, reach);
      }
    }
    return reach;
  }

  private MemoryModel memory(double sequences) {
    int batch = (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.ceil(sequences)));
    return new MemoryModel(
        context.model(), new Workload(batch, context.request().workload().contextTokens()));
  }
}
