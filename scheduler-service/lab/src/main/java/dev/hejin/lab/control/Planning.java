package dev.hejin.lab.control;

import dev.hejin.lab.scenario.Control;
import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Pool;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.DeviceTarget;
import dev.hejin.scheduler.plan.MigrationEstimate;
import dev.hejin.scheduler.plan.MigrationTarget;
import dev.hejin.scheduler.plan.PlacementVerifier;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Violation;
import dev.hejin.scheduler.planner.PlanOptions;
import dev.hejin.scheduler.planner.PlanRepair;
import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks the planner, and checks what it answers. */
final class Planning {
  private final ModelSpec model;
  private final Workload workload;
  private final Control control;
  private final MemoryModel memory;
  private final Planner planner = new Planner();

  Planning(ModelSpec model, Workload workload, Control control) {
    this.model = model;
    this.workload = workload;
    this.control = control;
    this.memory = new MemoryModel(model, workload);
  }

  MemoryModel memory() {
    return memory;
  }

  PlanRequest request(Pool pool, ExpertLoad load, @Nullable Placement inForce) {
    PlanOptions options =
        new PlanOptions(
            control.policy(),
            PlanOptions.Objective.THROUGHPUT,
            EnumSet.noneOf(Precision.class),
            control.redundantExpertShare(),
            PlanOptions.DEFAULT.headroomExperts(),
            inForce != null,
            1L);
    return new PlanRequest(model, pool, workload, load, options, inForce);
  }

  /**
   * What the planner answers.
   *
   * @throws TrialFailedException when the policy throws, or the plan is not valid
   */
  PlanResult plan(PlanRequest request) {
    PlanResult result = guarded(() -> planner.plan(request));
    if (result instanceof PlanResult.Feasible feasible) {
      check(request.pool(), feasible.plan());
    }
    return result;
  }

  /**
   * The plan without the devices that the request's pool lacks.
   *
   * @throws TrialFailedException when the policy throws, or the plan is not valid
   */
  Optional<Plan> repair(PlanRequest request, Plan before) {
    Optional<Plan> repaired = guarded(() -> PlanRepair.repair(request, before));
    repaired.ifPresent(plan -> check(request.pool(), plan));
    return repaired;
  }

  private <T> T guarded(Supplier<T> planning) {
    try {
      return planning.get();
    } catch (RuntimeException e) {
      throw new TrialFailedException(
          "policy "
              + control.policy()
              + " failed: "
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage());
    }
  }

  void check(Pool pool, Plan plan) {
    List<Violation> violations = PlacementVerifier.verify(model, pool, plan, memory::shardBytes);
    if (!violations.isEmpty()) {
      throw new TrialFailedException(
          "policy "
              + control.policy()
              + " made an invalid plan, "
              + violations.size()
              + " violations: "
              + violations.getFirst());
    }
  }

  MigrationEstimate estimate(Placement from, Placement to) {
    return MigrationEstimate.between(from, to, memory::shardBytes);
  }

  /** Most bytes that one device has to load. */
  long busiestDeviceBytes(Placement from, Placement to) {
    MigrationTarget held = MigrationTarget.of(from);
    long most = 0;
    for (DeviceTarget device : MigrationTarget.of(to).devices().values()) {
      DeviceTarget before = held.devices().get(device.deviceId());
      TreeSet<Shard> missing = new TreeSet<>(device.shards());
      if (before != null) {
        missing.removeAll(before.shards());
      }
      most = Math.max(most, missing.stream().mapToLong(memory::shardBytes).sum());
    }
    return most;
  }
}
