package dev.hejin.agent.simulation;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.DeviceLedger;
import dev.hejin.agent.reconcile.Execution;
import dev.hejin.agent.reconcile.LoadDecision;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One device without silicon: its books, and how long orders take. */
final class SimulatedDevice implements DeviceDriver {
  private static final double RELEASE_SECONDS = 0.004;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Shards that arrive closer to each other than this are booked together. */
  private static final long LOAD_TICK_NANOS = 20_000_000;

  private static final double IDLE_CELSIUS = 34;
  private static final double BUSY_CELSIUS = 78;
  private static final double WARM_UP_SECONDS = 45;

  private final SimulatedDeviceSpec spec;
  private final SimulationSettings settings;
  private final AchievedRates rates;
  private DeviceLedger ledger;
  private final ArrayDeque<Shard> arriving = new ArrayDeque<>();
  private @Nullable Directive running;
  private double nextEventNanos;
  private double speed;
  private double linkSpeed = 1;
  private double celsius = IDLE_CELSIUS;

  SimulatedDevice(SimulatedDeviceSpec spec, SimulationSettings settings) {
    this.spec = spec;
    this.settings = settings;
    this.rates = AchievedRates.of(spec, settings.seed());
    this.ledger = new DeviceLedger(spec.deviceId(), spec.memoryBytes());
    this.speed = spec.speed();
  }

  SimulatedDeviceSpec spec() {
    return spec;
  }

  DeviceLedger ledger() {
    return ledger;
  }

  AchievedRates rates() {
    return linkSpeed == 1 ? rates : rates.withLink(linkSpeed);
  }

  void setLinkSpeed(double factor) {
    linkSpeed = SimulatedDeviceSpec.requireSpeed(spec.deviceId(), factor);
  }

  /** Power was lost: nothing is held any more, nothing runs. */
  void clear() {
    running = null;
    arriving.clear();
    ledger = new DeviceLedger(spec.deviceId(), spec.memoryBytes());
    celsius = IDLE_CELSIUS;
  }

  double speed() {
    return speed;
  }

  void setSpeed(double speed) {
    this.speed = SimulatedDeviceSpec.requireSpeed(spec.deviceId(), speed);
  }

  double celsius() {
    return celsius;
  }

  /** Moves the temperature towards where this utilisation leads. */
  void warm(double utilisation, double seconds) {
    double target = IDLE_CELSIUS + (BUSY_CELSIUS - IDLE_CELSIUS) * Math.min(1, utilisation);
    celsius += (target - celsius) * -Math.expm1(-seconds / WARM_UP_SECONDS);
  }

  @Override
  public Execution start(Directive directive, long nowNanos) {
    String deployment = directive.deploymentId();
    return switch (directive.action()) {
      case Directive.Load load ->
          switch (ledger.beginLoad(deployment, directive.epoch(), load.shards())) {
            case LoadDecision.Refused refused -> new Execution.Refused(refused.reason());
            case LoadDecision.Accepted accepted -> {
              arriving.addAll(accepted.missing());
              yield begin(directive, nowNanos, arriving.isEmpty() ? 0 : loadNanos(arriving.peek()));
            }
          };
      case Directive.Activate activate ->
          outcome(ledger.activate(deployment, directive.epoch(), activate));
      case Directive.Release release ->
          holdsAny(deployment, release.shards())
              ? begin(directive, nowNanos, scaledNanos(RELEASE_SECONDS))
              : new Execution.Done();
    };
  }

  @Override
  public Execution advance(long nowNanos) {
    Directive directive = running;
    if (directive == null) {
      throw new IllegalStateException(
          "nothing runs on " + spec.deviceId() + "\nMaybe the directive was abandoned");
    }
    Execution execution =
        switch (directive.action()) {
          case Directive.Load load -> bringShards(directive, nowNanos);
          case Directive.Release release ->
              nowNanos < nextEventNanos
                  ? waitFor(nowNanos)
                  : outcome(
                      ledger.release(
                          directive.deploymentId(), directive.epoch(), release.shards()));
          case Directive.Activate activate -> new Execution.Done();
        };
    if (!(execution instanceof Execution.Running)) {
      running = null;
    }
    return execution;
  }

  @Override
  public void abandon(long nowNanos) {
    running = null;
    arriving.clear();
    ledger.abandonLoads();
  }

  @Override
  public List<HeldState> held() {
    return ledger.held();
  }

  @Override
  public long memoryUsedBytes() {
    return ledger.usedBytes();
  }

  private Execution begin(Directive directive, long nowNanos, double firstEventNanos) {
    running = directive;
    nextEventNanos = nowNanos + firstEventNanos;
    return advance(nowNanos);
  }

  private Execution bringShards(Directive directive, long nowNanos) {
    while (!arriving.isEmpty() && nextEventNanos <= nowNanos) {
      ledger.finishShard(directive.deploymentId(), arriving.remove().key());
      nextEventNanos += arriving.isEmpty() ? 0 : loadNanos(arriving.peek());
    }
    return arriving.isEmpty() ? new Execution.Done() : waitFor(nowNanos);
  }

  private Execution waitFor(long nowNanos) {
    double lastNanos = nextEventNanos - nowNanos;
    boolean first = true;
    for (Shard shard : arriving) {
      if (lastNanos > LOAD_TICK_NANOS) {
        break;
      }
      lastNanos += first ? 0 : loadNanos(shard);
      first = false;
    }
    double nextNanos = Math.max(nextEventNanos - nowNanos, Math.min(lastNanos, LOAD_TICK_NANOS));
    return new Execution.Running((long) Math.ceil(Math.max(1, nextNanos)));
  }

  private boolean holdsAny(String deployment, List<ShardKey> keys) {
    var holding = ledger.holdings().get(deployment);
    return holding != null && keys.stream().anyMatch(key -> holding.loaded().containsKey(key));
  }

  private double loadNanos(Shard shard) {
    double bytesPerSecond = Math.min(spec.linkBytesPerSecond(), spec.loadBytesPerSecond());
    return scaledNanos(shard.sizeBytes() / bytesPerSecond);
  }

  private double scaledNanos(double seconds) {
    return seconds * NANOS_PER_SECOND / settings.timeScale();
  }

  private static Execution outcome(Optional<String> refusal) {
    return refusal.<Execution>map(Execution.Refused::new).orElseGet(Execution.Done::new);
  }
}
