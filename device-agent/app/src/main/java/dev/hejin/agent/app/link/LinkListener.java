package dev.hejin.agent.app.link;

/** Hears of sessions, on the loop thread. */
interface LinkListener {
  void registered(String nodeId);

  /** The session is over, whatever the reason. */
  void lost(String nodeId);

  /** An attempt has failed before the scheduler could answer. */
  void unreachable(String nodeId, String reason);
}
