package dev.hejin.scheduler.planner;

import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Pipeline;
import dev.hejin.scheduler.plan.ServicePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with a service that lost devices. Pipelines that lost none stay as they are, to the
 * letter; the others go through {@link PipelineRepair}. Sequences for which a repaired pipeline has
 * no memory go to the others, which then get more cache but keep layers and, where they fit,
 * experts.
 */
final class ServiceRepair {
  private static final double[] SHARES = {1, 0.9, 0.8, 0.65, 0.5};
  private static final double LEAST_SHARE = 0.1;

  private final PlanningContext context;
  private final Inventory inventory;
  private final List<DeviceKind> kinds;
  private final double bound;

  private ServiceRepair(PlanningContext context, Inventory inventory, double bound) {
    this.context = context;
    this.inventory = inventory;
    this.kinds = DeviceKind.of(inventory);
    this.bound = bound;
  }

  /** The plan that goes on, or null when the sequences find no room. */
  static @Nullable ServicePlan of(
      PlanningContext context, Inventory inventory, ServicePlan inForce, double bound) {
    return new ServiceRepair(context, inventory, bound).run(inForce);
  }

  private @Nullable ServicePlan run(ServicePlan inForce) {
    boolean spans = !context.request().pool().bridges().isEmpty();
    if (spans || inForce.pipelines().stream().anyMatch(p -> p.isTensorParallel() || p.isApart())) {
      return null;
    }
    List<Pipeline> next = new ArrayList<>();
    List<Pipeline> broken = new ArrayList<>();
    TreeSet<String> busy = new TreeSet<>();
    for (Pipeline pipeline : inForce.pipelines()) {
      boolean whole = true;
      for (StagePlacement stage : pipeline.plan().placement().stages()) {
        whole &= stage.deviceIds().stream().allMatch(id -> inventory.member(id) != null);
        busy.addAll(stage.deviceIds());
      }
      (whole ? next : broken).add(pipeline);
    }
    DeviceStock stock = new DeviceStock(kinds);
    stock.remove(busy);
    int left = 0;
    for (Pipeline pipeline : broken) {
      int sequences = pipeline.workload().batchTokens();
      Pipeline repaired = repaired(pipeline, stock);
      left += sequences - (repaired == null ? 0 : repaired.workload().batchTokens());
      if (repaired != null) {
        next.add(repaired);
      }
    }
    return next.isEmpty() || !shifted(next, left)
        ? null
        : ServiceAssembly.of(
            context, inventory, next, bound, "idle: no pipeline lost a device of its type");
  }

  private @Nullable Pipeline repaired(Pipeline pipeline, DeviceStock stock) {
    for (double share : SHARES) {
      int sequences = (int) Math.floor(share * pipeline.workload().batchTokens());
      PlanningContext own = context(sequences);
      Draft draft = PipelineRepair.of(own, inventory, kinds, pipeline, stock, bound);
      if (draft != null) {
        return ServiceAssembly.pipeline(context, draft, sequences);
      }
    }
    return null;
  }

  /** Gives sequences to as few pipelines as can take them, roomiest first; false when some stay. */
  private boolean shifted(List<Pipeline> pipelines, int sequences) {
    int left = sequences;
    List<Pipeline> roomiest = new ArrayList<>(pipelines);
    if (left > 0) {
      roomiest.sort(Comparator.comparingDouble(pipeline -> -free(pipeline)));
    }
    for (int p = 0; p < roomiest.size() && left > 0; p++) {
      Pipeline pipeline = roomiest.get(p);
      for (double share = 1; share > LEAST_SHARE; share /= 2) {
        int more = (int) Math.ceil(share * left);
        int total = pipeline.workload().batchTokens() + more;
        Draft draft =
            PipelineRepair.of(
                context(total), inventory, kinds, pipeline, new DeviceStock(List.of()), bound);
        if (draft != null) {
          pipelines.set(
              pipelines.indexOf(pipeline), ServiceAssembly.pipeline(context, draft, total));
          left -= more;
          break;
        }
      }
    }
    return left == 0;
  }

  /** Free memory for each byte of cache. */
  private static double free(Pipeline pipeline) {
    double free = 0;
    double cache = 1;
    for (DeviceMemory memory : pipeline.plan().memory()) {
      free += memory.capacityBytes() - memory.usedBytes() - memory.headroomBytes();
      cache += memory.kvCacheBytes();
    }
    return free / cache * pipeline.workload().batchTokens();
  }

  private PlanningContext context(int sequences) {
    return context.withWorkload(
        new Workload(Math.max(1, sequences), context.request().workload().contextTokens()));
  }
}
