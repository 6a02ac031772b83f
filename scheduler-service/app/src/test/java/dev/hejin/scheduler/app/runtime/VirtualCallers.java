package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.port.ExpertWindow;
import dev.hejin.scheduler.app.port.RejectedException;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.lifecycle.Command;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;

/**
 * Callers who ask any scheduler, again and again under one request id, until they are answered; and
 * the telemetry of experts whose load shifts.
 */
final class VirtualCallers {
  private static final long WINDOW_MICROS = 3 * VirtualTime.SECOND;

  /** Something to ask of a scheduler, by request id. */
  interface Request extends BiFunction<VirtualScheduler, String, CompletableFuture<?>> {}

  private final VirtualWorld world;
  private final TreeMap<String, Request> open = new TreeMap<>();
  private int asked;

  VirtualCallers(VirtualWorld world) {
    this.world = world;
  }

  /** Requests that nobody has answered. */
  Iterable<String> open() {
    return open.keySet();
  }

  boolean isAnswered() {
    return open.isEmpty();
  }

  void askAnything() {
    String deployment = "d" + world.random.nextInt(2);
    String node = world.agents.get(world.random.nextInt(world.agents.size())).nodeId();
    switch (world.random.nextInt(12)) {
      case 0, 1, 2 -> create(deployment);
      case 3 -> delete(deployment);
      case 4, 5 -> rebalance(deployment);
      case 6 -> drain(node);
      case 7, 8 -> undrain(node);
      case 9 -> pause(deployment);
      case 10 -> resume(deployment);
      default -> rollBack(deployment);
    }
  }

  void create(String name) {
    ask((s, id) -> s.loop.begin(() -> s.core.create(VirtualModel.spec(name), id)));
  }

  private void delete(String name) {
    ask((s, id) -> s.loop.call(() -> s.core.commit(s.core.services().delete(name), id)));
  }

  private void rebalance(String name) {
    ask((s, id) -> s.loop.begin(() -> s.core.rebalance(name, true, id)));
  }

  private void drain(String node) {
    ask((s, id) -> s.loop.call(() -> s.core.commit(new Command.DrainNode(node, "repair"), id)));
  }

  void undrain(String node) {
    ask((s, id) -> s.loop.call(() -> s.core.undrain(node, id)));
  }

  private void pause(String name) {
    ask(
        (s, id) ->
            s.loop.call(() -> s.core.migration(name, s.core.services().pause(name, "wait"), id)));
  }

  void resume(String name) {
    ask((s, id) -> s.loop.call(() -> s.core.migration(name, s.core.services().resume(name), id)));
  }

  private void rollBack(String name) {
    ask((s, id) -> s.loop.call(() -> s.core.rollBack(name, "regretted", id)));
  }

  private void ask(Request request) {
    String id = "r" + asked++;
    open.put(id, request);
    again(id);
  }

  private void again(String id) {
    Request request = open.get(id);
    if (request == null) {
      return;
    }
    for (int copy = world.isDoubled() ? 2 : 1; copy > 0; copy--) {
      VirtualScheduler to = world.scheduler("");
      if (!world.isLost()) {
        world.time.after(world.delay(), () -> serve(to, request, id));
      }
    }
    world.time.after(
        VirtualTime.SECOND + world.random.nextLong(VirtualTime.SECOND), () -> again(id));
  }

  private void serve(VirtualScheduler scheduler, Request request, String id) {
    if (!scheduler.process.isAlive()) {
      return;
    }
    var unused =
        request
            .apply(scheduler, id)
            .whenComplete(
                (answer, failure) -> {
                  if (scheduler.process.isAlive() && !world.isLost()) {
                    world.time.after(world.delay(), () -> answered(id, failure));
                  }
                });
  }

  private void answered(String id, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RejectedException) {
      world.tally.refused += open.remove(id) == null ? 0 : 1;
    } else if (cause == null) {
      world.tally.made += open.remove(id) == null ? 0 : 1;
    } else if (!(cause instanceof UnavailableException)) {
      throw world.time.broken(id + " is answered with " + cause);
    }
  }

  /** What the leader's telemetry says, every window. */
  void observe() {
    world.schedulers.stream()
        .filter(VirtualScheduler::leads)
        .forEach(
            leader ->
                leader
                    .committer
                    .state()
                    .deployments()
                    .values()
                    .forEach(entry -> observe(leader, entry.spec().name(), entry.spec().model())));
    world.time.after(WINDOW_MICROS, this::observe);
  }

  private void observe(VirtualScheduler leader, String name, ModelSpec model) {
    long end = world.time.steadyMillis();
    long phase = world.time.nowMicros() / (20 * VirtualTime.SECOND);
    for (int layer = 0; layer < model.layers().size(); layer++) {
      int experts = model.layers().get(layer).routedExperts();
      double[] tokens = new double[experts];
      for (int expert = 0; expert < experts; expert++) {
        boolean hot = (expert + phase) % experts == 0;
        tokens[expert] = (hot ? 4_000 : 1_000) + world.random.nextInt(100);
      }
      ExpertWindow window = new ExpertWindow(name, layer, end, tokens);
      leader.loop.post(() -> leader.core.observed(window));
    }
  }
}
