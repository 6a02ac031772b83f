package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.port.AgentLink;
import dev.hejin.scheduler.app.port.Registration;
import dev.hejin.scheduler.app.port.UnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Nodes that want to register. Those that come while a write is under way are committed together: a
 * pool that comes back at once is there after a few transactions, not after one for each node.
 */
final class Registrations {
  private static final int MOST_TOGETHER = 256;

  private final ControlLoop loop;
  private final Consumer<List<Pending>> core;
  private final ArrayDeque<Pending> waiting = new ArrayDeque<>();

  /**
   * @param revision completed with the revision after the registration, or with why it was refused
   */
  record Pending(Registration registration, AgentLink link, CompletableFuture<Long> revision) {
    String nodeId() {
      return registration.node().id();
    }
  }

  /**
   * @param core answers every one of them, on the loop
   */
  Registrations(ControlLoop loop, Consumer<List<Pending>> core) {
    this.loop = loop;
    this.core = core;
  }

  CompletableFuture<Long> add(Registration registration, AgentLink link) {
    Pending pending = new Pending(registration, link, new CompletableFuture<>());
    synchronized (this) {
      waiting.addLast(pending);
    }
    var unused =
        loop.call(
                () -> {
                  register();
                  return true;
                })
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    pending.revision().completeExceptionally(failure);
                  }
                });
    return pending.revision();
  }

  private void register() {
    List<Pending> together = next();
    if (together.isEmpty()) {
      return;
    }
    try {
      core.accept(together);
    } catch (RuntimeException e) {
      together.forEach(pending -> pending.revision().completeExceptionally(e));
    }
    together.forEach(
        pending ->
            pending
                .revision()
                .completeExceptionally(new UnavailableException("the registration was lost")));
  }

  /** The oldest, no node twice. */
  private synchronized List<Pending> next() {
    List<Pending> together = new ArrayList<>();
    TreeSet<String> nodes = new TreeSet<>();
    while (!waiting.isEmpty()
        && together.size() < MOST_TOGETHER
        && nodes.add(waiting.getFirst().nodeId())) {
      together.add(waiting.removeFirst());
    }
    return together;
  }
}
