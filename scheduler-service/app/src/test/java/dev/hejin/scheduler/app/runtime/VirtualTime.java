package dev.hejin.scheduler.app.runtime;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The only time there is: it jumps from one thing that happens to the next. */
final class VirtualTime {
  static final long MILLI = 1_000;
  static final long SECOND = 1_000 * MILLI;
  private static final long START_MILLIS = 1_800_000_000_000L;

  private record Task(long micros, long number, Runnable run) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      return micros == other.micros
          ? Long.compare(number, other.number)
          : Long.compare(micros, other.micros);
    }
  }

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long micros;
  private long number;
  private @Nullable AssertionError failure;

  long nowMicros() {
    return micros;
  }

  void after(long delayMicros, Runnable run) {
    tasks.add(new Task(micros + Math.max(0, delayMicros), number++, run));
  }

  /**
   * A promise is broken: ends the run at the next step, whoever catches the error on its way.
   *
   * @return to be thrown
   */
  AssertionError broken(String promise) {
    AssertionError error = new AssertionError(promise);
    if (failure == null) {
      failure = error;
    }
    return error;
  }

  /** Does what is next; false when nothing is left. */
  boolean step() {
    if (failure != null) {
      throw failure;
    }
    Task task = tasks.poll();
    if (task == null) {
      return false;
    }
    micros = task.micros();
    task.run().run();
    return true;
  }

  /** Time that nobody sets. */
  long steadyMillis() {
    return START_MILLIS + micros / MILLI;
  }
}
