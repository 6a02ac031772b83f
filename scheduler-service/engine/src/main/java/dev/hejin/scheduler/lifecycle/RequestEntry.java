package dev.hejin.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

/**
 * A change that was made for a caller who may ask for it again.
 *
 * @param id as the caller gave it
 * @param subject deployment or node that was changed
 * @param epoch that was adopted; 0 when none was
 * @param reason as the caller was told
 * @param revision of the state once the change was made
 */
public record RequestEntry(String id, String subject, long epoch, String reason, long revision) {
  /** Requests that are remembered. */
  public static final int HISTORY = 1024;

  /** Longest id, characters. */
  public static final int MOST_ID_CHARACTERS = 128;

  public RequestEntry {
    requireNonNull(id, "id");
    requireNonNull(subject, "subject");
    requireNonNull(reason, "reason");
  }
}
