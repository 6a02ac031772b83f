package dev.hejin.agent.reconcile;

import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import java.util.List;

/**
 * Carries out directives on one device, one at a time. Time is any clock that counts up in
 * nanoseconds, the same in all calls.
 */
public interface DeviceDriver {
  /** Begins a directive. Not called while another one runs. */
  Execution start(Directive directive, long nowNanos);

  /** Goes on with the running directive. */
  Execution advance(long nowNanos);

  /** Stops the running directive, if any; what it has brought so far stays. */
  void abandon(long nowNanos);

  /** What the device holds, one for each deployment. */
  List<HeldState> held();

  long memoryUsedBytes();
}
