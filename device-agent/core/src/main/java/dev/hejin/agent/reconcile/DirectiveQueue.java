package dev.hejin.agent.reconcile;

import static java.util.Objects.requireNonNull;

import dev.hejin.agent.model.Directive;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Orders of one device, carried out one after the other as they arrived. Not safe for use by
 * several threads at once.
 */
public final class DirectiveQueue {
  private final DeviceDriver driver;
  private final ArrayDeque<Directive> waiting = new ArrayDeque<>();
  private @Nullable Directive running;

  public DirectiveQueue(DeviceDriver driver) {
    this.driver = requireNonNull(driver, "driver");
  }

  /**
   * Puts an order at the end of the line.
   *
   * @return false when the same order is in the line already; it will be answered once
   */
  public boolean add(Directive directive) {
    String id = directive.directiveId();
    if (running != null && running.directiveId().equals(id)) {
      return false;
    }
    if (waiting.stream().anyMatch(other -> other.directiveId().equals(id))) {
      return false;
    }
    return waiting.add(directive);
  }

  /** Does what can be done by now. */
  public Progress run(long nowNanos) {
    List<DirectiveResult> results = new ArrayList<>();
    while (true) {
      Directive current = running;
      Execution execution;
      if (current != null) {
        execution = driver.advance(nowNanos);
      } else {
        current = waiting.poll();
        if (current == null) {
          return new Progress(results, OptionalLong.empty());
        }
        running = current;
        execution = driver.start(current, nowNanos);
      }
      switch (execution) {
        case Execution.Running going -> {
          return new Progress(results, OptionalLong.of(going.waitNanos()));
        }
        case Execution.Done done -> results.add(result(current, true, false, ""));
        case Execution.Refused refused ->
            results.add(result(current, false, false, refused.reason()));
        case Execution.Unsure unsure -> results.add(result(current, false, true, unsure.reason()));
      }
      running = null;
    }
  }

  /**
   * Forgets every order that has not taken effect; the scheduler sends again what it still wants.
   */
  public void clear(long nowNanos) {
    waiting.clear();
    if (running != null) {
      running = null;
      driver.abandon(nowNanos);
    }
  }

  private DirectiveResult result(Directive directive, boolean done, boolean unsure, String reason) {
    return new DirectiveResult(
        directive.directiveId(), directive.epoch(), done, unsure, reason, driver.memoryUsedBytes());
  }

  /**
   * What a run has done.
   *
   * @param results of the directives that came to an end, in order
   * @param waitNanos when to run again; empty when nothing is left to do
   */
  public record Progress(List<DirectiveResult> results, OptionalLong waitNanos) {
    public Progress {
      results = List.copyOf(results);
      requireNonNull(waitNanos, "waitNanos");
    }
  }
}
