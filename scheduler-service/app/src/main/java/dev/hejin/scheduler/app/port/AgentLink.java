package dev.hejin.scheduler.app.port;

/** The scheduler's end of one agent's stream. Calls may come from any one thread at a time. */
public interface AgentLink {

  /**
   * Tells the agent that its node is registered; comes before any order.
   *
   * @param revision of the state
   * @param term in which this scheduler leads
   */
  void accepted(long revision, long term);

  /** Sends an order; a broken stream is reported by the adapter, not here. */
  void send(DirectiveOrder order);

  /** Ends the stream because the node is represented by another one. */
  void close(String reason);

  /** Ends the stream because another scheduler leads. */
  void leave(UnavailableException refusal);
}
