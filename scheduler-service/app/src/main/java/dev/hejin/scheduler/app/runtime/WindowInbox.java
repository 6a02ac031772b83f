package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.telemetry.TelemetryCounters;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Windows on their way to the control loop. Whoever brings one never waits: when the loop does not
 * keep up the oldest go, counted.
 */
final class WindowInbox {
  private static final int MOST = 4_096;

  private final ControlLoop loop;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean posted;

  WindowInbox(ControlLoop loop) {
    this.loop = loop;
  }

  /**
   * @param task takes the window, on the loop
   */
  void add(Runnable task) {
    boolean post;
    synchronized (this) {
      if (waiting.size() == MOST) {
        waiting.removeFirst();
        TelemetryCounters.overflow(1);
      }
      waiting.addLast(task);
      post = !posted;
      posted = true;
    }
    if (post) {
      loop.post(this::drain);
    }
  }

  private void drain() {
    for (Runnable task = next(); task != null; task = next()) {
      task.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = waiting.pollFirst();
    posted = task != null;
    return task;
  }
}
