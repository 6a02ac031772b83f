package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.planner.PlanRequest;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.Planner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Plans beside the control loop: snapshot in, result out, one at a time. */
final class PlannerWorker implements AutoCloseable {
  private final Planner planner = new Planner();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().name("hejin-planner").daemon(true).unstarted(task));

  /** A result and the time that it took. */
  record Timed(PlanResult result, double seconds) {}

  CompletableFuture<Timed> plan(PlanRequest request) {
    return CompletableFuture.supplyAsync(
        () -> {
          long start = System.nanoTime();
          PlanResult result = planner.plan(request);
          return new Timed(result, (System.nanoTime() - start) / 1e9);
        },
        executor);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
