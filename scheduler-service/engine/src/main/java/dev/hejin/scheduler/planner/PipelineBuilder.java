package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds pipelines in full: layers divided exactly, experts placed, memory counted. Pipelines of
 * equal devices are built once and copied to the other devices.
 */
final class PipelineBuilder {
  private final PlanningContext context;
  private final double bound;
  private final Map<String, Optional<Draft>> built = new TreeMap<>();
  private final Map<Integer, PlanningContext> contexts = new TreeMap<>();

  /**
   * @param bound tokens a second that no layout exceeds, as each prediction states it
   */
  PipelineBuilder(PlanningContext context, double bound) {
    this.context = context;
    this.bound = bound;
  }

  /** Stages on devices, in pipeline order, for so many sequences; null when they do not fit. */
  @Nullable Draft build(List<PipelineShape.Stage> shape, List<List<Member>> stages, int sequences) {
    String key = sequences + signature(shape, stages);
    Optional<Draft> known = built.get(key);
    if (known == null) {
      known = Optional.ofNullable(fresh(shape, stages, sequences));
      built.put(key, known);
      return known.orElse(null);
    }
    List<DeviceSet> sets = new ArrayList<>();
    for (int s = 0; s < stages.size() && known.isPresent(); s++) {
      DeviceSet like = known.get().layout().sets().get(s);
      sets.add(
          new DeviceSet(
              like.type(),
              List.copyOf(stages.get(s)),
              like.tokenShares(),
              like.precision(),
              like.expertPrecision(),
              like.tensorParallel(),
              like.expertDevices(),
              like.bridge()));
    }
    return known.map(draft -> copy(draft, sets)).orElse(null);
  }

  private @Nullable Draft fresh(
      List<PipelineShape.Stage> shape, List<List<Member>> stages, int sequences) {
    PlanningContext own = contexts.computeIfAbsent(sequences, this::context);
    List<DeviceSet> sets = new ArrayList<>();
    for (int s = 0; s < stages.size(); s++) {
      sets.add(shape.get(s).form().of(own, stages.get(s), sequences));
    }
    double tokens = own.microbatchTokens(sets.size());
    List<StageTable> tables = sets.stream().map(set -> new StageTable(own, set, tokens)).toList();
    LayerSplit.Split split = LayerSplit.of(tables, own.layers(), null);
    return split == null
        ? null
        : Draft.of(own, null, new Layout(sets, split.ends(), sequences), bound);
  }

  private PlanningContext context(int sequences) {
    return context.withSequences(sequences);
  }

  /** What decides how a pipeline is built, besides names of devices. */
  private static String signature(List<PipelineShape.Stage> shape, List<List<Member>> stages) {
    StringBuilder text = new StringBuilder();
    for (int s = 0; s < stages.size(); s++) {
      StageForm form = shape.get(s).form();
      DeviceKind other = form.other();
      text.append('/').append(form.kind().index()).append('*').append(form.tensorParallel());
      if (other != null) {
        text.append(form.spans() ? '+' : '|').append(form.devices()).append(other.index());
      }
      int node = -1;
      for (Member member : stages.get(s)) {
        text.append(member.node() == node ? ' ' : ';');
        node = member.node();
        text.append(member.speedFactor()).append(':').append(member.capacityBytes());
        text.append(':').append(member.rates().networkBytesPerSecond());
      }
    }
    return text.toString();
  }

  private static Draft copy(Draft draft, List<DeviceSet> sets) {
    List<StagePlacement> stages = new ArrayList<>();
    List<DeviceMemory> memory = new ArrayList<>();
    String bottleneck = draft.prediction().bottleneck();
    int next = 0;
    for (int s = 0; s < sets.size(); s++) {
      StagePlacement of = draft.placement().stages().get(s);
      List<String> ids = sets.get(s).deviceIds();
      stages.add(
          new StagePlacement(
              of.firstLayer(),
              of.endLayer(),
              ids,
              of.tokenShares(),
              of.precision(),
              of.expertPrecision(),
              of.layers(),
              of.tensorParallel(),
              of.expertDevices(),
              of.parts()));
      for (int d = 0; d < ids.size(); d++) {
        DeviceMemory its = draft.memory().get(next++);
        memory.add(
            new DeviceMemory(
                ids.get(d),
                its.capacityBytes(),
                its.weightBytes(),
                its.kvCacheBytes(),
                its.workspaceBytes(),
                its.headroomBytes()));
        if (bottleneck.endsWith(" " + of.deviceIds().get(d))) {
          int cut = bottleneck.length() - of.deviceIds().get(d).length();
          bottleneck = bottleneck.substring(0, cut) + ids.get(d);
        }
      }
    }
    Prediction p = draft.prediction();
    return new Draft(
        new Layout(sets, draft.layout().ends(), draft.layout().tokensPerSecond()),
        new Placement(stages),
        memory,
        new Prediction(
            p.stageSeconds(),
            p.stepSeconds(),
            p.tokensPerSecond(),
            p.boundTokensPerSecond(),
            p.costPerMillionTokensUsd(),
            p.balancedness(),
            bottleneck));
  }
}
