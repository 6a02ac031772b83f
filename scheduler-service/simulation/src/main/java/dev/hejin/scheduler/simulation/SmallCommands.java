package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.lifecycle.ClusterState;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.lifecycle.DeploymentEntry;
import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.lifecycle.ModelReference;
import dev.hejin.scheduler.model.Device;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.Figure;
import dev.hejin.scheduler.model.Health;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Node;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Plan;
import dev.hejin.scheduler.plan.Prediction;
import dev.hejin.scheduler.planner.PlanOptions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What callers and agents may ask for, at random. */
final class SmallCommands {
  private final Random random;
  private final ModelSpec model;

  SmallCommands(Random random) {
    this.random = random;
    this.model = SmallModel.random(random);
  }

  Command next(ClusterState state) {
    String node = "n" + random.nextInt(3);
    String deployment = "d" + random.nextInt(2);
    long epoch = state.deployment(deployment).map(DeploymentEntry::epoch).orElse(1L);
    return switch (random.nextInt(15)) {
      case 0, 1 -> new Command.RegisterNode(node(node));
      case 2 -> new Command.LoseNode(node, "silent");
      case 3 -> new Command.DrainNode(node, "repair");
      case 4 -> new Command.UndrainNode(node);
      case 5 -> new Command.ObserveSpeed(node + "/0", 0.5 + random.nextDouble(), "windows");
      case 6, 7 -> new Command.CreateDeployment(spec(deployment), proposal(state));
      case 8, 9 -> new Command.AdoptPlan(deployment, proposal(state));
      case 10 -> new Command.ActivateEpoch(deployment, epoch);
      case 11 -> new Command.RollBackMigration(deployment, "asked for", 1, 1);
      case 12 -> new Command.ForgetNode(node);
      case 13 -> new Command.PauseMigration(deployment, "asked for");
      default -> new Command.ResumeMigration(deployment);
    };
  }

  private static Node node(String id) {
    Device device =
        new Device(
            id + "/0",
            id,
            "vendor",
            "chip",
            Figure.UNKNOWN,
            Figure.UNKNOWN,
            Map.of(),
            Figure.UNKNOWN,
            "",
            Figure.UNKNOWN,
            Health.HEALTHY,
            true);
    return new Node(id, List.of(device), Figure.UNKNOWN);
  }

  private DeploymentSpec spec(String name) {
    return new DeploymentSpec(
        name,
        new ModelReference("small", "small", ""),
        model,
        new Workload(64, 1000),
        PlanOptions.DEFAULT,
        true,
        0.97,
        ExpertLoad.uniform(model));
  }

  private Command.PlanProposal proposal(ClusterState state) {
    PlacementGenerator generator = new PlacementGenerator(model, SmallModel::bytes, random);
    TreeMap<String, Long> rooms = new TreeMap<>();
    for (int i = 0; i < 3; i++) {
      rooms.put("n" + i + "/0", 1L << 40);
    }
    Placement placement =
        generator
            .fill(generator.outline(List.copyOf(rooms.keySet())), rooms, Precision.FP8)
            .orElseThrow(AssertionError::new);
    Plan plan =
        new Plan(
            placement,
            List.of(),
            new Prediction(List.of(), 0, 0, 0, Double.NaN, 0, ""),
            List.of(),
            List.of(),
            "random");
    return new Command.PlanProposal(
        plan, ExpertLoad.uniform(model), state.poolRevision(), "random", 1, 1);
  }
}
