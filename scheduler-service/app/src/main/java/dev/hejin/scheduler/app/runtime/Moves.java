package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.cost.MemoryModel;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.plan.MigrationEstimate;
import dev.hejin.scheduler.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a change of plan costs in bytes. */
final class Moves {
  private Moves() {}

  static MigrationEstimate between(DeploymentSpec spec, @Nullable Plan from, Plan to) {
    MemoryModel memory = new MemoryModel(spec.model(), spec.workload());
    Placement old = from == null ? new Placement(List.of()) : from.placement();
    return MigrationEstimate.between(old, to.placement(), memory::shardBytes);
  }

  static Command.PlanProposal proposal(
      DeploymentSpec spec,
      @Nullable Plan from,
      Plan to,
      ExpertLoad load,
      long poolRevision,
      String reason) {
    MigrationEstimate estimate = between(spec, from, to);
    return new Command.PlanProposal(
        to, load, poolRevision, reason, estimate.loadBytes(), estimate.loadShards());
  }
}
