package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Explanation;
import dev.hejin.scheduler.plan.Explanation.Alternative;
import dev.hejin.scheduler.plan.Explanation.StageBinding;
import dev.hejin.scheduler.plan.Explanation.Worth;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Explains a plan by finite differences: the plan is evaluated on pools where one resource of one
 * type is {@value #MORE} times as large. Arithmetic and bandwidth are read off the plan as it is,
 * so a new plan may gain more; more memory only shows in a new plan. What one more device is worth
 * at most is the price that proves the bound.
 */
public final class PlanExplainer {
  /** Factor of every difference. */
  public static final double MORE = 1.1;

  private static final int BOUND_ROUNDS = 100;
  private static final int ALTERNATIVES = 3;

  private enum Resource {
    COMPUTE("arithmetic"),
    MEMORY_BANDWIDTH("memory bandwidth"),
    LINK("link and network bandwidth"),
    MEMORY("memory");

    private final String words;

    Resource(String words) {
      this.words = words;
    }
  }

  private final PlanRequest request;
  private final ServicePlan plan;
  private final PlanningContext context;
  private final List<DeviceKind> kinds;
  private final UpperBound bound;

  private PlanExplainer(PlanRequest request, ServicePlan plan) {
    this.request = request;
    this.plan = plan;
    this.context = PlanningContext.of(request);
    Inventory inventory = Inventory.of(request, context.assumptions());
    this.kinds = DeviceKind.of(inventory);
    this.bound = UpperBound.of(context, inventory, kinds, BOUND_ROUNDS);
  }

  /**
   * Explains. New plans start from the bound and prices of the plan that is explained: one bound is
   * solved for all of them.
   *
   * @param request what the plan was made from
   */
  public static Explanation explain(PlanRequest request, ServicePlan plan) {
    PlanExplainer explainer = new PlanExplainer(request, plan);
    return new Explanation(explainer.stages(), explainer.worths(true), explainer.alternatives());
  }

  /**
   * Explains a plan for any goal. Where it is not throughput for all sequences, what more memory
   * would bring is left out; of pipelines that decode, decoding is explained.
   */
  public static Explanation explain(PlanRequest request, ServicePlan plan, ServiceGoal goal) {
    if (goal.isPlain()) {
      return explain(request, plan);
    }
    PlanExplainer explainer = new PlanExplainer(request, plan);
    return new Explanation(
        explainer.stages(),
        explainer.worths(false),
        explainer.isSmall() ? GoalAlternatives.of(request, plan, goal) : List.of());
  }

  private List<StageBinding> stages() {
    Pool compute = scaled(Resource.COMPUTE, device -> true);
    Pool bandwidth = scaled(Resource.MEMORY_BANDWIDTH, device -> true);
    Pool link = scaled(Resource.LINK, device -> true);
    List<StageBinding> stages = new ArrayList<>();
    TreeSet<String> seen = new TreeSet<>();
    for (int p = 0; p < plan.pipelines().size(); p++) {
      Pipeline pipeline = plan.pipelines().get(p);
      if (!pipeline.decodes()
          || !seen.add(pipeline.workload() + "|" + pipeline.plan().prediction().stageSeconds())) {
        continue;
      }
      List<Double> now = evaluate(request.pool(), pipeline).stageSeconds();
      List<Double> byCompute = evaluate(compute, pipeline).stageSeconds();
      List<Double> byBandwidth = evaluate(bandwidth, pipeline).stageSeconds();
      List<Double> byLink = evaluate(link, pipeline).stageSeconds();
      int device = 0;
      for (int s = 0; s < now.size(); s++) {
        int devices = pipeline.plan().placement().stages().get(s).deviceIds().size();
        double used = 0;
        for (DeviceMemory memory : pipeline.plan().memory().subList(device, device + devices)) {
          double taken = (double) memory.usedBytes() + memory.headroomBytes();
          used = Math.max(used, taken / memory.capacityBytes());
        }
        device += devices;
        stages.add(
            binding(
                p,
                s,
                now.get(s),
                share(now.get(s), byCompute.get(s)),
                share(now.get(s), byBandwidth.get(s)),
                share(now.get(s), byLink.get(s)),
                used));
      }
    }
    return stages;
  }

  private static StageBinding binding(
      int pipeline,
      int stage,
      double seconds,
      double compute,
      double bandwidth,
      double link,
      double memoryUsed) {
    Resource most =
        compute >= bandwidth && compute >= link
            ? Resource.COMPUTE
            : bandwidth >= link ? Resource.MEMORY_BANDWIDTH : Resource.LINK;
    return new StageBinding(
        pipeline, stage, seconds, compute, bandwidth, link, memoryUsed, most.words);
  }

  /** The part of the time that a faster resource shortens. */
  private static double share(double now, double faster) {
    return Math.max(0, (1 - faster / now) / (1 - 1 / MORE));
  }

  private Evaluation evaluate(Pool pool, Pipeline pipeline) {
    return Evaluation.of(
        new PlanRequest(
            request.model(), pool, pipeline.workload(), request.load(), request.options(), null),
        pipeline.plan().placement());
  }

  private double tokensPerSecond(Pool pool) {
    return plan.pipelines().stream()
        .filter(Pipeline::decodes)
        .mapToDouble(pipeline -> evaluate(pool, pipeline).tokensPerSecond())
        .sum();
  }

  private TreeSet<String> types() {
    TreeSet<String> types = new TreeSet<>();
    request.pool().devices().forEach(device -> types.add(device.type()));
    return types;
  }

  private List<Worth> worths(boolean newPlans) {
    List<Worth> worths = new ArrayList<>();
    double now = tokensPerSecond(request.pool());
    for (String type : types()) {
      for (Resource resource :
          new Resource[] {Resource.COMPUTE, Resource.MEMORY_BANDWIDTH, Resource.LINK}) {
        double gain = tokensPerSecond(scaled(resource, d -> d.type().equals(type))) - now;
        worths.add(
            new Worth(type, "10 % more " + resource.words, Math.max(0, gain), "plan as it is"));
      }
      if (newPlans && isSmall()) {
        Pool roomier = scaled(Resource.MEMORY, device -> device.type().equals(type));
        double gain = planned(roomier) - plan.tokensPerSecond();
        worths.add(new Worth(type, "10 % more memory", Math.max(0, gain), "new plan"));
      }
    }
    if (!kinds.isEmpty()) {
      for (DeviceKind kind : kinds) {
        worths.add(
            new Worth(
                kind.group().type(),
                "one more device",
                bound.prices().device()[kind.index()],
                "at most, by the bound"));
      }
      worths.add(
          new Worth(
              "workload",
              "100 more sequences in flight",
              100 * bound.prices().sequence(),
              "at most, by the bound"));
    }
    return worths;
  }

  private boolean isSmall() {
    return request.pool().devices().size() <= ServicePlanner.ALONE;
  }

  /** Plans without each type, and of one pipeline when there are several; the best of them. */
  private List<Alternative> alternatives() {
    List<Alternative> found = new ArrayList<>();
    if (!isSmall()) {
      return found;
    }
    if (plan.pipelines().size() > 1
        && new Planner().plan(request.anewOn(request.pool()), bound)
            instanceof PlanResult.Feasible one) {
      found.add(
          new Alternative(
              "one pipeline",
              one.plan().prediction().tokensPerSecond(),
              one.plan().prediction().costPerMillionTokensUsd()));
    }
    if (plan.pipelines().stream().anyMatch(Pipeline::isTensorParallel)) {
      PlanRequest whole = request.with(request.options().withMostTensorParallel(1));
      if (new ServicePlanner().plan(whole) instanceof ServicePlanner.Result.Feasible other) {
        found.add(alternative("every device with whole layers", other.plan()));
      }
    }
    if (plan.pipelines().stream().anyMatch(Pipeline::isApart)) {
      PlanRequest together = request.with(request.options().withExpertsApart(false));
      if (new ServicePlanner().plan(together) instanceof ServicePlanner.Result.Feasible other) {
        found.add(alternative("attention and experts on the same devices", other.plan()));
      }
    }
    if (!request.pool().bridges().isEmpty()
        && new ServicePlanner().plan(request.anewOn(request.pool().withBridges(List.of())))
            instanceof ServicePlanner.Result.Feasible other) {
      found.add(alternative("without bridges between libraries", other.plan()));
    }
    for (String type : types()) {
      Pool without = request.pool().keeping(device -> !device.type().equals(type));
      if (!without.nodes().isEmpty()
          && reused(without) instanceof ServicePlanner.Result.Feasible other) {
        found.add(alternative("without " + type, other.plan()));
      }
    }
    found.sort(Comparator.comparingDouble(each -> -each.tokensPerSecond()));
    return found.subList(0, Math.min(ALTERNATIVES, found.size()));
  }

  private static Alternative alternative(String description, ServicePlan other) {
    return new Alternative(description, other.tokensPerSecond(), other.costPerMillionTokensUsd());
  }

  private double planned(Pool pool) {
    return reused(pool) instanceof ServicePlanner.Result.Feasible feasible
        ? feasible.plan().tokensPerSecond()
        : 0;
  }

  /** A plan on a like pool, with the bound and prices of this one. */
  private ServicePlanner.Result reused(Pool pool) {
    PlanningContext other = context.on(pool);
    Inventory inventory = Inventory.of(other.request(), other.assumptions());
    List<DeviceKind> its = DeviceKind.of(inventory);
    return its.isEmpty()
        ? new ServicePlanner().plan(other.request())
        : new ServicePlanner().plan(other, inventory, its, bound.on(kinds, its));
  }

  private Pool scaled(Resource resource, Predicate<Device> which) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : request.pool().nodes()) {
      List<Device> devices = new ArrayList<>();
      boolean any = false;
      for (Device device : node.devices()) {
        any |= which.test(device);
        devices.add(which.test(device) ? scaled(resource, device) : device);
      }
      Figure network = node.networkBandwidthBytesPerSecond();
      nodes.add(
          new Node(node.id(), devices, any && resource == Resource.LINK ? more(network) : network));
    }
    return request.pool().withNodes(nodes);
  }

  private static Device scaled(Resource resource, Device device) {
    EnumMap<Precision, Figure> rates = new EnumMap<>(Precision.class);
    for (Map.Entry<Precision, Figure> rate : device.peakOpsPerSecond().entrySet()) {
      rates.put(
          rate.getKey(), resource == Resource.COMPUTE ? more(rate.getValue()) : rate.getValue());
    }
    Figure memory = device.memoryBytes();
    Figure bandwidth = device.memoryBandwidthBytesPerSecond();
    Figure link = device.linkBandwidthBytesPerSecond();
    return new Device(
        device.id(),
        device.nodeId(),
        device.vendor(),
        device.chip(),
        resource == Resource.MEMORY ? more(memory) : memory,
        resource == Resource.MEMORY_BANDWIDTH ? more(bandwidth) : bandwidth,
        rates,
        resource == Resource.LINK ? more(link) : link,
        device.collectiveLibrary(),
        device.pricePerHourUsd(),
        device.health(),
        device.simulated(),
        device.designWatts());
  }

  /** What is unknown stays unknown. */
  private static Figure more(Figure figure) {
    return figure.isKnown()
        ? Figure.of(figure.value() * MORE, figure.provenance(), figure.source())
        : figure;
  }
}
