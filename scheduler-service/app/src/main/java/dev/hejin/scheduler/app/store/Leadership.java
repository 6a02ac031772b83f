package dev.hejin.scheduler.app.store;

/**
 * Which of several schedulers leads, as one of them knows it: {@link Election} asks Kafka, a
 * simulation a group of its own.
 */
public interface Leadership {

  /** Joins the group; to be called once. */
  void start();

  /** Whether the group has given this scheduler the log. */
  boolean isElected();

  /** Whether the group has told this scheduler at least once whether it leads. */
  boolean isJoined();

  /** Whether the broker has confirmed so lately that nobody else can have been elected since. */
  boolean holdsLease();

  /** Asks whether this scheduler still leads; waits for the answer. */
  boolean confirm() throws InterruptedException;
}
