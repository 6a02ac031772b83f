package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.observe.Traces;
import dev.hejin.scheduler.app.port.UnavailableException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The single writer: what runs here sees and changes state alone. */
public final class ControlLoop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ControlLoop.class);

  private final ScheduledExecutorService executor;
  private final LinkedBlockingQueue<Runnable> reads = new LinkedBlockingQueue<>();

  /** A loop on a thread of its own. */
  public ControlLoop() {
    this(
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("hejin-loop").daemon(true).unstarted(task)));
  }

  /**
   * @param executor runs one task at a time
   */
  ControlLoop(ScheduledExecutorService executor) {
    this.executor = executor;
  }

  /** Runs a task on the loop; its failure becomes the future's. */
  public <T> CompletableFuture<T> call(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      executor.execute(Traces.carried(() -> complete(result, task)));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new UnavailableException("the scheduler is stopping"));
    }
    return result;
  }

  /**
   * Runs a task on the loop that changes nothing. It need not wait for a write: while one is under
   * way the loop answers what only reads.
   */
  public <T> CompletableFuture<T> read(Callable<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    reads.add(Traces.carried(() -> complete(result, task)));
    try {
      executor.execute(this::answerReads);
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new UnavailableException("the scheduler is stopping"));
    }
    return result;
  }

  private static <T> void complete(CompletableFuture<T> result, Callable<T> task) {
    try {
      result.complete(task.call());
    } catch (Exception e) {
      result.completeExceptionally(e);
    }
  }

  private void answerReads() {
    for (Runnable read = reads.poll(); read != null; read = reads.poll()) {
      read.run();
    }
  }

  /** Waits on the loop for what happens elsewhere, and answers reads in the meantime. */
  <T> T await(CompletableFuture<T> outcome) {
    var unused = outcome.whenComplete((value, failure) -> reads.add(() -> {}));
    try {
      while (!outcome.isDone()) {
        reads.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("the scheduler is stopping");
    }
    return outcome.join();
  }

  /** Runs a task on the loop that begins something longer; its outcome becomes the future's. */
  public <T> CompletableFuture<T> begin(Callable<CompletableFuture<T>> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    CompletableFuture<Boolean> begun =
        call(
            () -> {
              var unused =
                  task.call().whenComplete((value, failure) -> end(result, value, failure));
              return true;
            });
    var unused = begun.whenComplete((value, failure) -> refuse(result, failure));
    return result;
  }

  private static <T> void end(CompletableFuture<T> result, T value, @Nullable Throwable failure) {
    if (failure == null) {
      result.complete(value);
    } else {
      result.completeExceptionally(failure);
    }
  }

  private static void refuse(CompletableFuture<?> result, @Nullable Throwable failure) {
    if (failure != null) {
      result.completeExceptionally(failure);
    }
  }

  /** Runs a task on the loop; a failure is logged. */
  public void post(Runnable task) {
    try {
      executor.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("dropped a task: stopping");
    }
  }

  /** Runs a task once, {@code millis} from now. */
  public void after(long millis, Runnable task) {
    try {
      var unused = executor.schedule(() -> guarded(task), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("dropped a task: stopping");
    }
  }

  /** Runs a task again and again, {@code millis} after it ended. */
  public ScheduledFuture<?> every(long millis, Runnable task) {
    return executor.scheduleWithFixedDelay(
        () -> guarded(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a task of the control loop failed", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
