package dev.hejin.scheduler.app.store;

import dev.hejin.scheduler.app.codec.LogRecord;
import java.util.List;
import java.util.function.Consumer;

/**
 * The event log as the control plane uses it: {@link EventLog} keeps it in Kafka, a simulation in
 * memory.
 *
 * <p>Data in: records with consecutive revisions, now and then a snapshot of what they came to.
 * Data out: the committed records, in order, each once. Invariant: what {@link #append} returned
 * from without an exception is read by every later {@link #open}, or stands in a later snapshot.
 * When a write fails its fate is unknown: the caller must {@link #open} again, which fences the old
 * writer, and read what was committed before it decides anything else. {@link #follow} reads beside
 * a writer and fences nobody.
 *
 * <p>Not safe for several threads: writer and reader take turns. {@link #trim} may run beside them.
 */
public interface RecordLog extends AutoCloseable {

  /** Told how far a replay has come. */
  @FunctionalInterface
  interface Progress {
    /**
     * @param read offset reached
     * @param end offset at which the log ended when the replay began
     */
    void report(long read, long end);
  }

  /**
   * Fences other writers, then hands over every committed record that was not handed over before.
   *
   * @param reader gets the records in order
   * @param progress gets records read so far and records in the log, now and then
   * @throws LogUnavailableException when the log cannot be reached
   */
  void open(Consumer<LogRecord> reader, Progress progress) throws LogUnavailableException;

  /**
   * Hands over what was committed since the last call, without fencing anybody.
   *
   * @param reader gets the records in order; when it or this fails, they are handed over again
   * @param progress told after each call
   * @return whether all was read that was committed some moments ago
   * @throws LogUnavailableException when the log cannot be reached
   */
  boolean follow(Consumer<LogRecord> reader, Progress progress) throws LogUnavailableException;

  /**
   * Commits records as one transaction.
   *
   * @throws LogUnavailableException when the commit was not confirmed; {@link #open} before going
   *     on
   */
  void append(List<LogRecord> records) throws LogUnavailableException;

  /**
   * Lets the log forget what came before the last snapshot but one. The last but one stays, so that
   * whoever reads a little behind finds what it needs.
   *
   * @throws LogUnavailableException when it was not done; the next call tries again
   */
  void trim() throws LogUnavailableException;

  @Override
  void close();
}
