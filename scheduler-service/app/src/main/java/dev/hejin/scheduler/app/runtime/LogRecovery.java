package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.store.EventLog;
import dev.hejin.scheduler.app.store.LogUnavailableException;
import dev.hejin.scheduler.app.store.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * Opens the event log, at start and after each failed write, until it succeeds. Works beside the
 * control loop, which stays free to answer reads.
 */
final class LogRecovery {
  private static final Logger LOG = Logger.getLogger(LogRecovery.class);
  private static final long RETRY_MILLIS = 1_000;

  private final SchedulerConfig config;
  private final EventLog log;
  private final ControlLoop loop;
  private final Committer committer;
  private final Runnable onOpen;

  /**
   * Read from the log and not yet applied; on the loop. The log hands each record over once, so
   * what cannot be applied must keep the scheduler from opening at the next try too.
   */
  private final Queue<LogRecord> unapplied = new ArrayDeque<>();

  private boolean running;
  private volatile boolean stopped;

  LogRecovery(
      SchedulerConfig config,
      EventLog log,
      ControlLoop loop,
      Committer committer,
      Runnable onOpen) {
    this.config = config;
    this.log = log;
    this.loop = loop;
    this.committer = committer;
    this.onOpen = onOpen;
  }

  /** Starts unless it runs already. On the loop. */
  void start() {
    if (!running && !stopped) {
      running = true;
      Thread.ofPlatform().name("hejin-log").daemon(true).start(this::run);
    }
  }

  void stop() {
    stopped = true;
  }

  private void run() {
    boolean said = false;
    while (!stopped) {
      try {
        if (tryOpen()) {
          return;
        }
      } catch (LogUnavailableException e) {
        if (!said) {
          said = true;
          LOG.warnf("%s; trying again every second", e.getMessage());
        }
        loop.post(() -> committer.unavailable(String.valueOf(e.getMessage())));
        pause();
      } catch (RuntimeException e) {
        if (!said) {
          said = true;
          LOG.error("the event log cannot be used; trying again every second", e);
        }
        loop.post(() -> committer.unavailable(String.valueOf(e.getMessage())));
        pause();
      }
    }
  }

  private boolean tryOpen() throws LogUnavailableException {
    Topics.ensure(config);
    List<LogRecord> fresh = new ArrayList<>();
    log.open(
        fresh::add,
        (read, end) -> {
          if (read % 1000 < 100 && end > 1000) {
            LOG.infof("read %d of %d events", read, end);
          }
        });
    try {
      loop.call(
              () -> {
                unapplied.addAll(fresh);
                committer.replay(unapplied);
                committer.opened();
                running = false;
                LOG.infof("event log is open at revision %d", committer.state().revision());
                onOpen.run();
                return true;
              })
          .get();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (CancellationException e) {
      return true;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
