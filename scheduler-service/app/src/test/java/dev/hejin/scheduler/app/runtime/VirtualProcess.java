package dev.hejin.scheduler.app.runtime;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A process without threads. Its lanes stand for threads: a lane does one task at a time, at once
 * when it is idle. While the process stands still its tasks wait; with it they end.
 */
final class VirtualProcess {
  private record Held(Lane lane, Runnable task) {}

  private final VirtualTime time;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private boolean alive = true;
  private boolean paused;

  VirtualProcess(VirtualTime time) {
    this.time = time;
  }

  boolean isAlive() {
    return alive;
  }

  boolean isRunning() {
    return alive && !paused;
  }

  void kill() {
    alive = false;
    held.clear();
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    while (isRunning() && !held.isEmpty()) {
      Held next = held.removeFirst();
      next.lane().execute(next.task());
    }
  }

  /**
   * @param delayMicros what a task takes before it has its effect
   */
  Lane lane(LongSupplier delayMicros) {
    return new Lane(delayMicros);
  }

  /** A task to come; nobody here takes one back or waits for it. */
  private static final class Due extends FutureTask<Boolean> implements ScheduledFuture<Boolean> {
    Due() {
      super(() -> true);
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Delayed other) {
      throw new UnsupportedOperationException();
    }
  }

  /** One thread's work. */
  final class Lane extends AbstractExecutorService implements ScheduledExecutorService {
    private final LongSupplier delayMicros;
    private final ArrayDeque<Runnable> next = new ArrayDeque<>();
    private boolean busy;

    private Lane(LongSupplier delayMicros) {
      this.delayMicros = delayMicros;
    }

    @Override
    public void execute(Runnable task) {
      long delay = delayMicros.getAsLong();
      if (delay > 0) {
        time.after(delay, () -> begin(task));
      } else {
        begin(task);
      }
    }

    private void begin(Runnable task) {
      if (!alive) {
        return;
      }
      if (paused) {
        held.add(new Held(this, task));
        return;
      }
      next.add(task);
      if (busy) {
        return;
      }
      busy = true;
      try {
        while (!next.isEmpty() && alive) {
          next.removeFirst().run();
        }
      } finally {
        busy = false;
      }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      time.after(unit.toMicros(delay), () -> begin(task));
      return new Due();
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        Runnable task, long initial, long period, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable task, long initial, long delay, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return !alive;
    }

    @Override
    public boolean isTerminated() {
      return !alive;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
