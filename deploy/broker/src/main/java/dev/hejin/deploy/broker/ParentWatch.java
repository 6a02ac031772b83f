package dev.hejin.deploy.broker;

import java.time.Duration;
import java.util.Optional;

/**
 * Tells when the process that asked for this broker is gone, even if it was killed.
 *
 * <p>Two signs: no live process has the id, or this process was its child and now has another
 * parent. The second holds too while nobody has collected the dead process.
 */
final class ParentWatch {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final ProcessHandle watched;
  private final boolean child;

  private ParentWatch(ProcessHandle watched) {
    this.watched = watched;
    this.child = ProcessHandle.current().parent().equals(Optional.of(watched));
  }

  static ParentWatch of(long pid) throws BadInputException {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .map(ParentWatch::new)
        .orElseThrow(
            () ->
                new BadInputException(
                    "--parent-pid %d: no such process".formatted(pid),
                    "it ended before the broker started."));
  }

  /** Runs {@code then} once, on a daemon thread, after the process is gone. */
  void onGone(Runnable then) {
    Thread.ofPlatform()
        .daemon()
        .name("parent-watch")
        .start(
            () -> {
              try {
                while (present()) {
                  Thread.sleep(INTERVAL);
                }
                then.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private boolean present() {
    return watched.isAlive()
        && (!child || ProcessHandle.current().parent().equals(Optional.of(watched)));
  }
}
