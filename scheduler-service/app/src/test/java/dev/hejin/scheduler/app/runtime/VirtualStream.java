package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.DirectiveOrder;
import dev.hejin.scheduler.app.port.NotLeaderException;
import dev.hejin.scheduler.app.port.OrderOutcome;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.app.port.UnavailableException;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * One stream between an agent and a scheduler: what is sent arrives in order, late while the node's
 * network is cut, or never when an end is gone.
 */
final class VirtualStream implements AgentLink {
  private final VirtualWorld world;
  private final VirtualAgent agent;
  private final VirtualScheduler scheduler;
  private long atAgentMicros;
  private long atSchedulerMicros;
  private boolean agentLeft;
  private boolean schedulerLeft;
  long term;

  VirtualStream(VirtualWorld world, VirtualAgent agent, VirtualScheduler scheduler) {
    this.world = world;
    this.agent = agent;
    this.scheduler = scheduler;
  }

  VirtualScheduler scheduler() {
    return scheduler;
  }

  boolean isOver() {
    return agentLeft || schedulerLeft;
  }

  // From the agent.

  void register(Registration registration) {
    toScheduler(
        () -> {
          var unused =
              scheduler
                  .registrations
                  .add(registration, this)
                  .whenComplete(
                      (revision, failure) -> {
                        if (failure == null) {
                          scheduler.pulses(this);
                        } else {
                          refuse(failure);
                        }
                      });
        });
  }

  private void refuse(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    end(cause instanceof NotLeaderException other ? other.leader() : "");
  }

  void heartbeat() {
    toScheduler(
        () -> {
          long arrived = world.time.steadyMillis();
          scheduler.loop.post(
              () -> scheduler.core.agents().heartbeat(agent.nodeId(), this, arrived));
        });
  }

  void acknowledge(String directiveId, OrderOutcome outcome, String reason) {
    toScheduler(
        () ->
            scheduler.loop.post(
                () ->
                    scheduler
                        .core
                        .agents()
                        .acknowledge(agent.nodeId(), this, directiveId, outcome, reason)));
  }

  /** The agent leaves; the scheduler hears of it when the network lets it. */
  void leave(boolean silently) {
    if (agentLeft) {
      return;
    }
    if (!silently) {
      toScheduler(
          () ->
              scheduler.loop.post(
                  () -> scheduler.core.agents().disconnected(agent.nodeId(), this)));
    }
    agentLeft = true;
  }

  private void toScheduler(Runnable message) {
    if (agentLeft) {
      return;
    }
    atSchedulerMicros = Math.max(atSchedulerMicros, world.arrival(agent));
    world.time.after(
        atSchedulerMicros - world.time.nowMicros(),
        () -> {
          if (scheduler.process.isAlive() && !schedulerLeft) {
            message.run();
          }
        });
  }

  // From the scheduler.

  @Override
  public void accepted(long revision, long leaderTerm) {
    toAgent(
        a -> {
          term = leaderTerm;
          a.accepted(this);
        });
  }

  @Override
  public void send(DirectiveOrder order) {
    world.sent(scheduler, order);
    VirtualOrder sent =
        VirtualOrder.of(order, world.isSound(scheduler, order.deployment()), world.losses());
    toAgent(a -> a.ordered(this, sent));
    if (world.isDoubled()) {
      toAgent(a -> a.ordered(this, sent));
    }
  }

  void pulse() {
    toAgent(a -> a.heard(this));
  }

  @Override
  public void close(String reason) {
    end("");
  }

  @Override
  public void leave(UnavailableException refusal) {
    end(refusal instanceof NotLeaderException other ? other.leader() : "");
  }

  private void end(String leader) {
    toAgent(a -> a.ended(this, leader));
    schedulerLeft = true;
  }

  /** The scheduler's process is gone: its machine says so, unless nobody hears it. */
  void reset() {
    world.time.after(
        world.arrival(agent) - world.time.nowMicros(),
        () -> {
          if (!agentLeft) {
            agent.ended(this, "");
          }
        });
  }

  private void toAgent(Consumer<VirtualAgent> message) {
    if (schedulerLeft || !scheduler.process.isAlive()) {
      return;
    }
    atAgentMicros = Math.max(atAgentMicros, world.arrival(agent));
    world.time.after(
        atAgentMicros - world.time.nowMicros(),
        () -> {
          if (!agentLeft) {
            message.accept(agent);
          }
        });
  }
}
