package dev.hejin.agent.app.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits between attempts: doubling, with chance added so that nodes do not come all at once. */
final class Backoff {
  private static final double JITTER = 0.3;

  private final Duration first;
  private final Duration last;
  private final RandomGenerator random;
  private Duration next;

  Backoff(Duration first, Duration last, RandomGenerator random) {
    this.first = first;
    this.last = last;
    this.random = random;
    this.next = first;
  }

  Duration nextWait() {
    Duration wait = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(last) < 0 ? doubled : last;
    return wait.plusMillis((long) (wait.toMillis() * JITTER * random.nextDouble()));
  }

  void reset() {
    next = first;
  }
}
