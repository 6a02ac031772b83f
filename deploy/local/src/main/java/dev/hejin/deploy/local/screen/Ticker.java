package dev.hejin.deploy.local.screen;

import io.grpc.StatusRuntimeException;
import java.time.Duration;

/** Does something again and again until it is closed. */
final class Ticker implements AutoCloseable {
  private final Thread thread;

  private Ticker(Thread thread) {
    this.thread = thread;
  }

  /** A scheduler that does not answer is skipped: the next time it may. */
  static Ticker start(String name, Duration period, Runnable what) {
    return new Ticker(
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .start(
                () -> {
                  try {
                    while (true) {
                      Thread.sleep(period);
                      try {
                        what.run();
                      } catch (StatusRuntimeException e) {
                        continue;
                      }
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
