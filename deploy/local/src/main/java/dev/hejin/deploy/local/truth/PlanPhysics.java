package dev.hejin.deploy.local.truth;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.Execution;
import dev.hejin.agent.simulation.DeviceTruth;
import dev.hejin.agent.simulation.SimulatedDeviceSpec;
import dev.hejin.agent.simulation.SimulatedWorld;
import dev.hejin.agent.simulation.SimulationSettings;
import dev.hejin.agent.simulation.TrueLoad;
import dev.hejin.proto.deployment.v1.LayerPlacement;
import dev.hejin.proto.deployment.v1.Plan;
import dev.hejin.proto.deployment.v1.StagePlacement;
import dev.hejin.proto.deployment.v1.Workload;
import dev.hejin.proto.simulation.v1.SimulatedDevice;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plan would really reach: it is carried out in a world of its own, with the same devices,
 * seed, speeds and load as the one that is watched, and the same physics.
 */
public final class PlanPhysics {
  /** Loads take no time to speak of in this world. */
  private static final double TIME_SCALE = 1e12;

  private static final long TICK_NANOS = 1_000_000_000L;
  private static final int MAX_TICKS = 100_000;

  private final ServedModel served;
  private final ModelSpec model;
  private final Workload workload;
  private final List<SimulatedDeviceSpec> devices;
  private final long seed;
  private final ShardSizes sizes;

  /**
   * @param devices all of the pool, as they are at the start
   * @param seed of the watched world
   */
  public PlanPhysics(
      ServedModel served,
      ModelSpec model,
      Workload workload,
      List<SimulatedDeviceSpec> devices,
      long seed) {
    this.served = requireNonNull(served, "served");
    this.model = requireNonNull(model, "model");
    this.workload = requireNonNull(workload, "workload");
    this.devices = List.copyOf(devices);
    this.seed = seed;
    this.sizes = new ShardSizes(model);
  }

  /** Learns how large shards really are. */
  public void learnSizes(List<SimulatedDevice> world) {
    sizes.learn(served.deployment(), world);
  }

  /**
   * Carries a plan out.
   *
   * @param load how traffic really spreads; null for a model without experts
   * @param speeds true speed by device
   */
  public TrueThroughput of(Plan plan, @Nullable TrueLoad load, Map<String, Double> speeds) {
    SimulatedWorld world =
        new SimulatedWorld(devices, new SimulationSettings(seed, TIME_SCALE, 0.001));
    if (load != null) {
      world.setLoad(load);
    }
    speeds.forEach(world::setSpeed);
    for (StagePlacement stage : plan.getStagesList()) {
      for (int device = 0; device < stage.getDeviceIdsCount(); device++) {
        carryOut(world, plan, stage, device);
      }
    }
    return TrueThroughput.of(
        served, world.truth().stream().map(PlanPhysics::message).toList(), true);
  }

  private void carryOut(SimulatedWorld world, Plan plan, StagePlacement stage, int device) {
    String id = stage.getDeviceIds(device);
    DeviceDriver driver = world.driver(id);
    List<Shard> shards = new ArrayList<>();
    List<Directive.Activate> routes = new ArrayList<>();
    if (stage.getFirstLayer() == 0) {
      shards.add(shard(ShardKind.EMBEDDING, -1, -1, stage.getPrecision()));
    }
    if (stage.getEndLayer() == model.layers().size()) {
      shards.add(shard(ShardKind.HEAD, -1, -1, stage.getPrecision()));
    }
    for (int i = 0; i < stage.getLayersCount(); i++) {
      int layer = stage.getFirstLayer() + i;
      LayerPlacement placement = stage.getLayers(i);
      shards.add(shard(ShardKind.LAYER, layer, -1, stage.getPrecision()));
      List<Integer> experts = new ArrayList<>();
      List<Double> shares = new ArrayList<>();
      for (int slot = 0; slot < placement.getDeviceCount(); slot++) {
        if (placement.getDevice(slot) == device) {
          experts.add(placement.getExpert(slot));
          shares.add(placement.getShare(slot));
          shards.add(
              shard(
                  ShardKind.EXPERT, layer, placement.getExpert(slot), stage.getExpertPrecision()));
        }
      }
      double tokenShare = Math.min(1, stage.getTokenShares(device));
      routes.add(
          new Directive.Activate(
              List.of(new LayerRoute(layer, tokenShare, experts, shares)),
              shape(plan, stage, layer)));
    }
    run(driver, id, new Directive.Load(shards));
    routes.forEach(route -> run(driver, id, route));
  }

  private Shard shard(
      ShardKind kind, int layer, int expert, dev.hejin.proto.capability.v1.Precision precision) {
    return new Shard(
        new ShardKey(kind, layer, expert, precision(precision)),
        sizes.bytes(kind, layer, precision));
  }

  private ServingShape shape(Plan plan, StagePlacement stage, int layerIndex) {
    LayerSpec layer = model.layers().get(layerIndex);
    LayerSpec widest =
        model.layers().stream()
            .filter(LayerSpec::isMoe)
            .max(Comparator.comparingInt(LayerSpec::routedExperts))
            .orElse(layer);
    return new ServingShape(
        Math.ceilDiv(workload.getBatchTokens(), Math.max(1, plan.getStagesCount())),
        workload.getContextTokens(),
        model.hiddenSize(),
        widest.expertsPerToken(),
        widest.routedExperts(),
        layer.attention().kvElementsPerToken() * model.kvPrecision().bytesPerWeight(),
        layer.attention().flopsPerContextToken(),
        0,
        widest.expertParameters(),
        precision(stage.getPrecision()),
        precision(stage.getExpertPrecision()),
        model.layers().stream().map(LayerSpec::baseParameters).toList(),
        layer.attention().windowTokens());
  }

  private static Precision precision(dev.hejin.proto.capability.v1.Precision precision) {
    return Precision.valueOf(precision.name().substring("PRECISION_".length()));
  }

  private void run(DeviceDriver driver, String id, Directive.Action action) {
    Execution execution =
        driver.start(new Directive("judge", 1, served.deployment(), id, action), 0);
    for (long tick = 1; execution instanceof Execution.Running && tick < MAX_TICKS; tick++) {
      execution = driver.advance(tick * TICK_NANOS);
    }
    if (execution instanceof Execution.Refused refused) {
      throw new IllegalStateException(
          id + " refuses the plan: " + refused.reason() + "\nMaybe the plan does not fit");
    }
  }

  private static SimulatedDevice message(DeviceTruth truth) {
    SimulatedDevice.Builder message =
        SimulatedDevice.newBuilder()
            .setDeviceId(truth.deviceId())
            .setAttentionSeconds(truth.parts().attention())
            .setExpertSeconds(truth.parts().expert())
            .setOtherSeconds(truth.parts().other());
    truth
        .states()
        .forEach(
            state -> {
              var held = message.addStatesBuilder().setDeploymentId(state.deploymentId());
              state
                  .routes()
                  .forEach(
                      route ->
                          held.addRoutesBuilder()
                              .setLayer(route.layer())
                              .setTokenShare(route.tokenShare())
                              .addAllExperts(route.experts())
                              .addAllExpertShares(route.expertShares()));
            });
    return message.build();
  }
}
