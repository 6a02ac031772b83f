package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.app.port.UnavailableException;
import dev.hejin.scheduler.app.store.Leadership;
import dev.hejin.scheduler.app.store.LogUnavailableException;
import dev.hejin.scheduler.app.store.RecordLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * Keeps the state in step with the event log: follows it while another scheduler leads, opens it
 * for writing when this one is elected, and again after each failed write. Works beside the control
 * loop, which stays free to answer reads.
 */
final class LogReplica {
  private static final Logger LOG = Logger.getLogger(LogReplica.class);
  private static final long RETRY_MILLIS = 1_000;
  private static final long LOOK_MILLIS = 50;
  private static final long STOP_MILLIS = 3_000;
  private static final long SAY_NANOS = 2_000_000_000L;

  private final Topic topic;
  private final RecordLog log;
  private final Leadership election;
  private final ControlLoop loop;
  private final Committer committer;
  private final Listener listener;
  private final Thread thread =
      Thread.ofPlatform().name("hejin-log").daemon(true).unstarted(this::run);

  /**
   * Read from the log and not yet applied; on the loop. The log hands each record over once, so
   * what cannot be applied must keep the scheduler from opening at the next try too.
   */
  private final Queue<LogRecord> unapplied = new ArrayDeque<>();

  private boolean topicsAreThere;
  private boolean isBarred;
  private boolean said;
  private long saidNanos;
  private volatile boolean stopped;

  /** Makes sure that there is something to read and to write. */
  @FunctionalInterface
  interface Topic {
    void ensure() throws LogUnavailableException;
  }

  /** What follows from a change of the replica; called on the loop. */
  interface Listener {
    /** This scheduler leads from now on, or again. */
    void leading();

    /**
     * Records of another leader were applied.
     *
     * @param caughtUp whether all was read that was committed some moments ago
     */
    void following(boolean caughtUp);
  }

  LogReplica(
      Topic topic,
      RecordLog log,
      Leadership election,
      ControlLoop loop,
      Committer committer,
      Listener listener) {
    this.topic = topic;
    this.log = log;
    this.election = election;
    this.loop = loop;
    this.committer = committer;
    this.listener = listener;
  }

  void start() {
    thread.start();
  }

  /** Ends and closes the log. */
  void stop() {
    stopped = true;
    if (!thread.isAlive()) {
      return;
    }
    try {
      thread.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      keepUp();
    } finally {
      log.close();
    }
  }

  private void keepUp() {
    while (!stopped) {
      try {
        pause(turn());
      } catch (CancelledException e) {
        return;
      }
    }
  }

  /**
   * Does what is next.
   *
   * @return milliseconds until there is more to do
   */
  long turn() throws CancelledException {
    try {
      long next = step();
      said = false;
      return next;
    } catch (LogUnavailableException e) {
      return unavailable(e, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return unavailable(e, String.valueOf(e.getMessage()));
    }
  }

  private long unavailable(Exception failure, String reason) {
    if (!said) {
      said = true;
      if (failure instanceof LogUnavailableException || failure instanceof UnavailableException) {
        LOG.warnf("%s; trying again every second", reason);
      } else {
        LOG.error("the event log cannot be used; trying again every second", failure);
      }
    }
    loop.post(() -> committer.unavailable(reason));
    return RETRY_MILLIS;
  }

  private long step() throws LogUnavailableException, CancelledException {
    if (!topicsAreThere) {
      topic.ensure();
      topicsAreThere = true;
      election.start();
    }
    if (!election.isElected()) {
      bar(election.isJoined() ? "no scheduler leads yet" : "the event log is being read");
      follow();
      return 0;
    }
    if (committer.isOpen()) {
      isBarred = false;
      return LOOK_MILLIS;
    }
    bar("the event log is being opened");
    return lead();
  }

  /** From here on no write is under way, and none begins. */
  private void bar(String reason) throws CancelledException {
    if (!isBarred) {
      onLoop(
          () -> {
            if (committer.isOpen()) {
              committer.unavailable(reason);
            }
            return true;
          });
      isBarred = true;
    }
  }

  private void follow() throws LogUnavailableException, CancelledException {
    List<LogRecord> fresh = new ArrayList<>();
    boolean caughtUp = log.follow(fresh::add, this::progress);
    onLoop(
        () -> {
          unapplied.addAll(fresh);
          committer.replay(unapplied);
          committer.followed(caughtUp && election.isJoined());
          listener.following(caughtUp);
          return true;
        });
  }

  private long lead() throws LogUnavailableException, CancelledException {
    if (!confirmed()) {
      return LOOK_MILLIS;
    }
    List<LogRecord> fresh = new ArrayList<>();
    log.open(fresh::add, this::progress);
    onLoop(
        () -> {
          unapplied.addAll(fresh);
          committer.replay(unapplied);
          committer.lead();
          LOG.infof(
              "leads in term %d from revision %d", committer.term(), committer.state().revision());
          listener.leading();
          return true;
        });
    return 0;
  }

  private boolean confirmed() throws CancelledException {
    try {
      return election.confirm();
    } catch (InterruptedException e) {
      throw new CancelledException();
    }
  }

  private void progress(long read, long end) {
    long now = System.nanoTime();
    if (read < end && now - saidNanos > SAY_NANOS) {
      saidNanos = now;
      LOG.infof("reading the event log: %d of %d", read, end);
    }
  }

  private void onLoop(Callable<Boolean> task) throws CancelledException {
    try {
      loop.call(task).get();
    } catch (InterruptedException | CancellationException e) {
      throw new CancelledException();
    } catch (ExecutionException e) {
      if (stopped) {
        throw new CancelledException();
      }
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  private static void pause(long millis) {
    if (millis == 0) {
      return;
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The scheduler is stopping. */
  static final class CancelledException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
