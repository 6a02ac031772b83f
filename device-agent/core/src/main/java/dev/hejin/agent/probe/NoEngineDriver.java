package dev.hejin.agent.probe;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.reconcile.DeviceDriver;
import dev.hejin.agent.reconcile.Execution;
import java.util.List;

/** Driver of a device that no inference engine serves: refuses to take anything on. */
public final class NoEngineDriver implements DeviceDriver {
  @Override
  public Execution start(Directive directive, long nowNanos) {
    return switch (directive.action()) {
      case Directive.Release release -> new Execution.Done();
      case Directive.Load load -> refused(directive);
      case Directive.Activate activate -> refused(directive);
    };
  }

  @Override
  public Execution advance(long nowNanos) {
    return new Execution.Done();
  }

  @Override
  public void abandon(long nowNanos) {}

  @Override
  public List<HeldState> held() {
    return List.of();
  }

  @Override
  public long memoryUsedBytes() {
    return 0;
  }

  private static Execution refused(Directive directive) {
    return new Execution.Refused(
        "no engine driver configured for "
            + directive.deviceId()
            + "\nMaybe leave this node out of the deployment");
  }
}
