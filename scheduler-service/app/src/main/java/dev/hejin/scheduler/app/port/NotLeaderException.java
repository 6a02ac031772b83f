package dev.hejin.scheduler.app.port;

/** This scheduler makes no changes; another one does. */
public final class NotLeaderException extends UnavailableException {
  private static final long serialVersionUID = 1L;

  private final String leader;

  /**
   * @param leader address of the scheduler to ask; empty while none is known
   */
  public NotLeaderException(String leader, String message) {
    super(message);
    this.leader = leader;
  }

  public String leader() {
    return leader;
  }
}
