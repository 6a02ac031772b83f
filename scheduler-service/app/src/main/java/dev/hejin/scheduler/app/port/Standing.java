package dev.hejin.scheduler.app.port;

/**
 * Where this scheduler stands among the others.
 *
 * @param role what it does
 * @param leader address of the leader; empty while none is known
 * @param term of the leader that the log names last; 0 before the first
 * @param revision that this scheduler has come to
 * @param obstacle why it cannot serve as it should; empty when it can
 */
public record Standing(Role role, String leader, long term, long revision, String obstacle) {
  /** What a scheduler does. */
  public enum Role {
    /** Reads the log, or tries to. */
    STARTING,
    /** Answers reads; another one makes changes. */
    FOLLOWING,
    /** Makes changes. */
    LEADING
  }
}
