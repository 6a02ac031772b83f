package dev.hejin.deploy.local.cluster;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what must come, and says what came instead. */
final class Await {
  private static final long POLL_MILLIS = 50;

  private Await() {}

  /** Waits until a value is as wanted, and returns it. */
  static <T> T value(String what, Duration limit, Supplier<T> source, Predicate<T> wanted)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      T value = source.get();
      if (wanted.test(value)) {
        return value;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "after " + limit.toSeconds() + " s not yet: " + what + "; it is\n" + value);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Waits until something is so. */
  static void until(String what, Duration limit, BooleanSupplier wanted)
      throws InterruptedException {
    boolean unused = value(what, limit, wanted::getAsBoolean, is -> is);
  }
}
