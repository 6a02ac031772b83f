package dev.hejin.agent.reconcile;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.ShardKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Drives an engine outside this process by its books.
 *
 * <p>Goals: an order is checked before the engine hears of it; what took effect already is not
 * asked again; whatever ends the agent at whatever moment, the next one reports nothing that the
 * device does not surely hold.
 *
 * <p>Method: the order is done on a copy of the books. What it takes away (released shards, changed
 * routes) is written down as gone before the engine is told; what it brings, after the engine has
 * done it. Only then the copy becomes the books. A failed order leaves the books as they were.
 *
 * <p>Example: the agent is killed while the engine releases an expert. The next agent does not
 * report it; if the plan still wants it, the scheduler sends the load again, and the engine, which
 * may still hold it, succeeds at once.
 */
public final class EngineDriver implements DeviceDriver {
  private static final long POLL_NANOS = 20_000_000;

  private final String deviceId;
  private final EnginePort port;
  private DeviceLedger ledger;
  private @Nullable Work work;

  private record Work(DeviceLedger meanwhile, DeviceLedger after, EnginePort.Action action) {}

  /**
   * @param held what the engine holds at the start
   * @throws IllegalArgumentException when that is more than the device's memory
   */
  public EngineDriver(String deviceId, long memoryBytes, EnginePort port, List<KeptState> held) {
    this.deviceId = requireNonNull(deviceId, "deviceId");
    this.port = requireNonNull(port, "port");
    this.ledger = new DeviceLedger(deviceId, memoryBytes);
    held.forEach(ledger::restore);
  }

  @Override
  public Execution start(Directive order, long nowNanos) {
    DeviceLedger after = ledger.copy();
    String deployment = order.deploymentId();
    return switch (order.action()) {
      case Directive.Load load ->
          switch (after.beginLoad(deployment, order.epoch(), load.shards())) {
            case LoadDecision.Refused refused -> new Execution.Refused(refused.reason());
            case LoadDecision.Accepted accepted -> {
              accepted.missing().forEach(shard -> after.finishShard(deployment, shard.key()));
              yield accepted.missing().isEmpty()
                  ? new Execution.Done()
                  : begin(with(order, new Directive.Load(accepted.missing())), after, ledger);
            }
          };
      case Directive.Release release -> {
        Optional<String> refusal = after.release(deployment, order.epoch(), release.shards());
        List<ShardKey> going = held(deployment, release.shards());
        yield refusal.isPresent()
            ? new Execution.Refused(refusal.get())
            : going.isEmpty()
                ? new Execution.Done()
                : begin(with(order, new Directive.Release(going)), after, after);
      }
      case Directive.Activate activate -> activate(order, activate, after);
    };
  }

  private Execution activate(Directive order, Directive.Activate activate, DeviceLedger after) {
    String deployment = order.deploymentId();
    Optional<String> refusal = after.activate(deployment, order.epoch(), activate);
    if (refusal.isPresent()) {
      return new Execution.Refused(refusal.get());
    }
    if (serving(after).equals(serving(ledger))) {
      ledger = after;
      return port.keep(ledger.kept())
          .<Execution>map(Execution.Refused::new)
          .orElseGet(Execution.Done::new);
    }
    DeviceLedger unsure = ledger.copy();
    List<LayerRoute> none =
        activate.routes().stream()
            .map(route -> new LayerRoute(route.layer(), 0, List.of(), List.of()))
            .toList();
    Optional<String> impossible =
        unsure.activate(deployment, order.epoch(), new Directive.Activate(none, null));
    return impossible.isPresent()
        ? new Execution.Refused(impossible.get())
        : begin(order, after, unsure);
  }

  private Execution begin(Directive order, DeviceLedger after, DeviceLedger meanwhile) {
    if (meanwhile != ledger) {
      Optional<String> failure = port.keep(meanwhile.kept());
      if (failure.isPresent()) {
        return new Execution.Refused(failure.get());
      }
    }
    work = new Work(meanwhile, after, port.begin(order, ledger.kept(), after.kept()));
    return advance(0);
  }

  @Override
  public Execution advance(long nowNanos) {
    Work current = work;
    if (current == null) {
      throw new IllegalStateException(
          "nothing runs on " + deviceId + "\nMaybe the directive was abandoned");
    }
    Optional<EnginePort.Outcome> outcome = current.action.outcome();
    if (outcome.isEmpty()) {
      return new Execution.Running(POLL_NANOS);
    }
    work = null;
    String failure = outcome.get().failure();
    boolean unsure = outcome.get().unsure();
    if (failure.isEmpty()) {
      failure = port.keep(current.after.kept()).orElse("");
      unsure = true;
    }
    if (failure.isEmpty()) {
      ledger = current.after;
      return new Execution.Done();
    }
    if (unsure) {
      ledger = current.meanwhile;
    }
    String reason = failure + port.keep(ledger.kept()).orElse("");
    return unsure ? new Execution.Unsure(reason) : new Execution.Refused(reason);
  }

  /** The order may have taken effect or not: what it was to take away counts as gone. */
  @Override
  public void abandon(long nowNanos) {
    Work current = work;
    work = null;
    if (current != null) {
      current.action.stop();
      ledger = current.meanwhile;
    }
  }

  @Override
  public List<HeldState> held() {
    return ledger.held();
  }

  @Override
  public long memoryUsedBytes() {
    Work current = work;
    return current == null
        ? ledger.usedBytes()
        : Math.max(ledger.usedBytes(), current.after.usedBytes());
  }

  private List<ShardKey> held(String deployment, List<ShardKey> keys) {
    Holding holding = ledger.holdings().get(deployment);
    List<ShardKey> there = new ArrayList<>();
    if (holding != null) {
      keys.stream().filter(key -> holding.loaded().containsKey(key)).forEach(there::add);
    }
    return there;
  }

  /** Routes and shapes of all deployments, whatever the epochs. */
  private static List<Object> serving(DeviceLedger ledger) {
    List<Object> serving = new ArrayList<>();
    for (KeptState state : ledger.kept()) {
      serving.add(List.of(state.held().deploymentId(), state.held().routes()));
      serving.add(Optional.ofNullable(state.shape()));
    }
    return serving;
  }

  private static Directive with(Directive order, Directive.Action action) {
    return new Directive(
        order.directiveId(), order.epoch(), order.deploymentId(), order.deviceId(), action);
  }
}
