package dev.hejin.agent.simulation;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.Execution;
import dev.hejin.agent.reconcile.Holding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Every simulated device of a process, and how traffic really spreads over experts.
 *
 * <p>One lock for all: methods may be called from several threads, and so may the drivers.
 *
 * <p>A window has as many microbatches as the slowest device of the deployment in this process lets
 * through, waiting and pipeline depth left out. A process that runs only some nodes of a deployment
 * cannot see slower ones elsewhere: compare devices by seconds and by tokens a step, not by steps.
 */
public final class SimulatedWorld {
  private static final double JITTER = 0.015;
  private static final double JITTER_LIMIT = 3 * JITTER;

  private final SimulationSettings settings;
  private final Map<String, SimulatedDevice> devices = new TreeMap<>();
  private final Map<ModelSize, TrueLoad> loads = new TreeMap<>();

  public SimulatedWorld(Collection<SimulatedDeviceSpec> specs, SimulationSettings settings) {
    this.settings = settings;
    for (SimulatedDeviceSpec spec : specs) {
      if (devices.put(spec.deviceId(), new SimulatedDevice(spec, settings)) != null) {
        throw new IllegalArgumentException(
            "deviceId " + spec.deviceId() + " is there twice\nMaybe two nodes have the same name");
      }
    }
  }

  /** The hands of one device. */
  public DeviceDriver driver(String deviceId) {
    return new LockedDriver(device(deviceId));
  }

  /** Sets the hidden speed of a device. */
  public synchronized void setSpeed(String deviceId, double speed) {
    device(deviceId).setSpeed(speed);
  }

  /** Sets the hidden factor on a device's link. */
  public synchronized void setLinkSpeed(String deviceId, double factor) {
    device(deviceId).setLinkSpeed(factor);
  }

  /** A device loses all that it holds, as with its power. */
  public synchronized void clear(String deviceId) {
    device(deviceId).clear();
  }

  /** Sets how traffic spreads in every deployment of a model of this size. */
  public synchronized void setLoad(TrueLoad load) {
    loads.put(new ModelSize(load.layers(), load.experts()), load);
  }

  /** What every device really holds and takes, by device id. */
  public synchronized List<DeviceTruth> truth() {
    return devices.values().stream().map(this::truth).toList();
  }

  /**
   * What every device reports of one window.
   *
   * @param window number of the window; decides its noise
   */
  public synchronized List<DeviceWindow> observe(long window, double windowSeconds) {
    Map<String, Double> stepSeconds = new TreeMap<>();
    Map<String, Map<String, PartSeconds>> parts = new TreeMap<>();
    devices.forEach(
        (id, device) -> {
          SplittableRandom random = Chance.of(settings.seed(), "jitter " + id, window);
          Map<String, PartSeconds> own = seconds(device);
          own.replaceAll((deployment, exact) -> exact.times(jitter(random)));
          own.forEach((deployment, mine) -> stepSeconds.merge(deployment, mine.total(), Math::max));
          parts.put(id, own);
        });
    stepSeconds.replaceAll(
        (deployment, slowest) -> Math.max(slowest, settings.minimumStepSeconds()));
    List<DeviceWindow> windows = new ArrayList<>();
    devices.forEach(
        (id, device) -> {
          Map<String, PartSeconds> own = parts.getOrDefault(id, Map.of());
          double utilisation = 0;
          for (Map.Entry<String, PartSeconds> each : own.entrySet()) {
            utilisation += each.getValue().total() / stepSeconds.getOrDefault(each.getKey(), 1.0);
          }
          device.warm(utilisation, windowSeconds);
          if (own.isEmpty()) {
            windows.add(window(device, "", 0, 0, PartSeconds.ZERO, List.of()));
          }
          own.forEach(
              (deployment, mine) -> {
                long steps =
                    (long) (windowSeconds / stepSeconds.getOrDefault(deployment, windowSeconds));
                Holding holding = holding(device, deployment);
                List<ExpertTokens> tokens = expertTokens(device, deployment, window, steps);
                windows.add(window(device, deployment, holding.routeEpoch(), steps, mine, tokens));
              });
        });
    return windows;
  }

  private static DeviceWindow window(
      SimulatedDevice device,
      String deployment,
      long epoch,
      long steps,
      PartSeconds parts,
      List<ExpertTokens> experts) {
    return new DeviceWindow(
        device.spec().nodeId(),
        device.spec().deviceId(),
        deployment,
        epoch,
        steps,
        parts,
        device.ledger().usedBytes(),
        device.ledger().memoryBytes(),
        device.celsius(),
        true,
        experts,
        null);
  }

  /** Tokens of the window, with the noise of sampling: normal instead of Poisson. */
  private List<ExpertTokens> expertTokens(
      SimulatedDevice device, String deployment, long window, long steps) {
    Holding holding = holding(device, deployment);
    String purpose = "tokens " + device.spec().deviceId() + " " + deployment;
    SplittableRandom random = Chance.of(settings.seed(), purpose, window);
    List<ExpertTokens> layers = new ArrayList<>();
    for (LayerRoute route : holding.routes().values()) {
      ServingShape shape = holding.shape(route.layer());
      TrueLoad load = load(shape);
      List<Long> tokens = new ArrayList<>(route.experts().size());
      for (int i = 0; i < route.experts().size(); i++) {
        double mean = steps * MicrobatchPhysics.expertTokens(shape, load, route, i);
        tokens.add(Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian())));
      }
      if (!tokens.isEmpty()) {
        layers.add(new ExpertTokens(route.layer(), route.experts(), tokens));
      }
    }
    return layers;
  }

  /** Exact seconds by deployment that the device serves. */
  private Map<String, PartSeconds> seconds(SimulatedDevice device) {
    Map<String, PartSeconds> seconds = new TreeMap<>();
    device
        .ledger()
        .holdings()
        .forEach(
            (deployment, holding) -> {
              if (!holding.routes().isEmpty()) {
                seconds.put(
                    deployment,
                    new MicrobatchPhysics(device.rates(), device.speed(), this::load, holding)
                        .seconds());
              }
            });
    return seconds;
  }

  private DeviceTruth truth(SimulatedDevice device) {
    return new DeviceTruth(
        device.spec().nodeId(),
        device.spec().deviceId(),
        device.speed(),
        device.ledger().memoryBytes(),
        device.ledger().usedBytes(),
        device.held(),
        seconds(device).values().stream().reduce(PartSeconds.ZERO, PartSeconds::plus),
        device.ledger().loadingShards());
  }

  private TrueLoad load(ServingShape shape) {
    TrueLoad load = loads.get(new ModelSize(shape.layers(), shape.routedExperts()));
    return load == null ? TrueLoad.uniform(shape.routedExperts()) : load;
  }

  private static Holding holding(SimulatedDevice device, String deployment) {
    Holding holding = device.ledger().holdings().get(deployment);
    if (holding == null) {
      throw new IllegalStateException(deployment + " is not held\nMaybe the lock was given up");
    }
    return holding;
  }

  private SimulatedDevice device(String deviceId) {
    SimulatedDevice device = devices.get(deviceId);
    if (device == null) {
      throw new IllegalArgumentException(
          "deviceId is " + deviceId + ", no device of this process\nMaybe another process runs it");
    }
    return device;
  }

  private static double jitter(SplittableRandom random) {
    double noise = JITTER * random.nextGaussian();
    return 1 + Math.clamp(noise, -JITTER_LIMIT, JITTER_LIMIT);
  }

  private record ModelSize(int layers, int experts) implements Comparable<ModelSize> {
    @Override
    public int compareTo(ModelSize other) {
      int byLayers = Integer.compare(layers, other.layers);
      return byLayers != 0 ? byLayers : Integer.compare(experts, other.experts);
    }
  }

  private final class LockedDriver implements DeviceDriver {
    private final SimulatedDevice device;

    LockedDriver(SimulatedDevice device) {
      this.device = device;
    }

    @Override
    public Execution start(Directive directive, long nowNanos) {
      synchronized (SimulatedWorld.this) {
        return device.start(directive, nowNanos);
      }
    }

    @Override
    public Execution advance(long nowNanos) {
      synchronized (SimulatedWorld.this) {
        return device.advance(nowNanos);
      }
    }

    @Override
    public void abandon(long nowNanos) {
      synchronized (SimulatedWorld.this) {
        device.abandon(nowNanos);
      }
    }

    @Override
    public List<HeldState> held() {
      synchronized (SimulatedWorld.this) {
        return device.held();
      }
    }

    @Override
    public long memoryUsedBytes() {
      synchronized (SimulatedWorld.this) {
        return device.memoryUsedBytes();
      }
    }
  }
}
