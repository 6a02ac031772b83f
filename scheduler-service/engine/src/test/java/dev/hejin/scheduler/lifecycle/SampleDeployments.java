package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Samples;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.DeviceMemory;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Prediction;
import dev.hejin.scheduler.planner.PlanOptions;
import java.util.List;

/** Deployments of {@link Samples#model()}. */
final class SampleDeployments {
  private SampleDeployments() {}

  static DeploymentSpec spec(String name) {
    return spec(name, 0.97);
  }

  static DeploymentSpec spec(String name, double gainThreshold) {
    return new DeploymentSpec(
        name,
        new ModelReference("small", "small", ""),
        Samples.model(),
        new Workload(64, 1000),
        PlanOptions.DEFAULT,
        true,
        gainThreshold,
        load());
  }

  static ExpertLoad load() {
    return ExpertLoad.uniform(Samples.model());
  }

  static ExpertLoad otherLoad() {
    return ExpertLoad.of(Samples.model(), new double[][] {{}, {4, 2, 1, 1}, {1, 1, 2, 4}});
  }

  static Plan plan(String deviceId, double tokensPerSecond) {
    return new Plan(
        new Placement(List.of(Samples.stage(deviceId))),
        List.of(new DeviceMemory(deviceId, 100, 10, 5, 5, 2)),
        new Prediction(
            List.of(0.01), 0.01, tokensPerSecond, 2 * tokensPerSecond, Double.NaN, 1, "stage 0"),
        List.of(),
        List.of(),
        "hejin");
  }

  static Command.PlanProposal proposal(ClusterState state, String deviceId) {
    return proposal(state.poolRevision(), deviceId);
  }

  static Command.PlanProposal proposal(long poolRevision, String deviceId) {
    return new Command.PlanProposal(
        plan(deviceId, 500), load(), poolRevision, "because of " + deviceId, 10, 8);
  }

  /** Decides and applies what was accepted. */
  static Decision run(ClusterState state, Command command) {
    Decision decision = CommandHandler.decide(state, command);
    if (decision instanceof Decision.Accepted accepted) {
      accepted.events().forEach(event -> state.apply(event, 1000 * (state.revision() + 1)));
    }
    return decision;
  }

  /** Two nodes of two devices; deployment "d" on n1/0, its first epoch not yet active. */
  static ClusterState running() {
    ClusterState state = new ClusterState();
    run(state, new Command.RegisterNode(Samples.node("n1", 2)));
    run(state, new Command.RegisterNode(Samples.node("n2", 2)));
    run(state, new Command.CreateDeployment(spec("d"), proposal(state, "n1/0")));
    return state;
  }
}
